//! `hc artifact push …`

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};
use hc_core::package_file::npm::is_tag;

use super::push_go::{self, PushGo};
use super::push_maven::{self, PushMaven};

/// `hc artifact push …`
#[derive(Debug, Subcommand)]
pub(crate) enum Push {
    /// Put files and folders into a generic registry
    #[command(after_help = "\
Examples:
  hc artifact push generic my-files ./app.zip --name my-app --version 1.0.0
  hc artifact push generic my-files ./build ./README.md --name my-app --version 1.0.0 --skip-existing

--skip-existing makes it safe to repeat an upload that broke off: checksums are compared, and what differs is
sent again.")]
    Generic(PushGeneric),
    /// Put conda packages into a registry (.conda, .tar.bz2)
    #[command(after_help = "\
Example:
  hc artifact push conda my-channel ./my-pkg-1.0-py_0.conda

Name, version, build and subdirectory are read out of the package.")]
    Conda(PushFiles),
    /// Put NuGet packages into a registry (.nupkg)
    #[command(after_help = "\
Examples:
  hc artifact push nuget my-feed ./bin/Release/My.Pkg.1.0.0.nupkg
  hc artifact push nuget my-feed 'bin/Release/*.nupkg' --path team/tools")]
    Nuget(PushNuget),
    /// Put Python packages into a registry (.whl, .tar.gz)
    #[command(after_help = "\
Examples:
  hc artifact push python my-index ./dist
  hc artifact push python my-index 'dist/*.whl' --skip-existing

A folder stands for every .whl and .tar.gz directly in it.")]
    Python(PushFiles),
    /// Put RPM packages into a registry (.rpm)
    #[command(after_help = "\
Examples:
  hc artifact push rpm my-repo ./tool-1.0-1.x86_64.rpm
  hc artifact push rpm my-repo 'RPMS/*/*.rpm' --skip-existing

Name, version and all that a repository tells of a package are read out of it.")]
    Rpm(PushFiles),
    /// Put Rust crates into a registry (.crate)
    #[command(after_help = "\
Example:
  hc artifact push cargo my-crates ./target/package/my-crate-1.0.0.crate

`cargo package` makes the file. What the index needs is read out of it. A dependency of a crate without a Cargo.lock
comes from Cargo's default registry, whose index only you know: --default-index names it.")]
    Cargo(PushCargo),
    /// Put Composer packages into a registry (.zip)
    #[command(after_help = "\
Example:
  hc artifact push composer my-php ./acme-tools-1.0.0.zip

The composer.json in the zip must name the package and its version.")]
    Composer(PushFiles),
    /// Put Dart packages into a registry (.tar.gz)
    #[command(after_help = "\
Example:
  hc artifact push dart my-dart ./my_package-1.0.0.tar.gz

The archive has its pubspec.yaml at the root, as `dart pub publish --to-archive` makes it.")]
    Dart(PushFiles),
    /// Put npm packages into a registry (.tgz)
    #[command(after_help = "\
Examples:
  hc artifact push npm my-npm ./my-package-1.0.0.tgz
  hc artifact push npm my-npm 'packages/*.tgz' --tag next --skip-existing

`npm pack` makes the file. Without --tag and without a tag in its publishConfig, a release becomes latest, as does
the first version of a package; a later pre-release such as 2.0.0-beta.1 gets the tag beta, or next where it has no
such word. A release that is older than the newest needs --tag. Versions of one package are sent in their order.")]
    Npm(PushNpm),
    /// Put a Go module into a registry
    #[command(after_help = push_go::HELP)]
    Go(PushGo),
    /// Put a Maven artifact into a registry
    #[command(after_help = push_maven::HELP)]
    Maven(PushMaven),
}

/// `hc artifact push generic`
#[derive(Args, Debug)]
pub(crate) struct PushGeneric {
    /// Registry to put it into
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// Files and folders, or patterns such as 'build/*.zip'; a folder keeps its name
    #[arg(value_name = "PATH", required = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) paths: Vec<String>,
    /// Package that they belong to
    #[arg(short, long, value_name = "NAME", value_parser = url_part)]
    pub(crate) name: String,
    /// Taken as the earlier client takes it; registries keep no description of a version
    #[arg(short, long, hide = true)]
    pub(crate) description: Option<String>,
    /// Version of the package
    #[arg(long, value_name = "VERSION", default_value = "1.0.0", value_parser = url_part)]
    pub(crate) version: String,
    /// Also what is hidden in folders (names that begin with a dot)
    #[arg(long)]
    pub(crate) include_hidden: bool,
    /// How.
    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// A part of a file's URL: what stands after a slash in it would be taken for the next part.
fn url_part(text: &str) -> Result<String, &'static str> {
    if matches!(text, "" | "." | "..") || text.contains('/') {
        return Err("expected a name without a slash, and neither . nor ..");
    }
    Ok(text.to_owned())
}

/// `hc artifact push TYPE`, for the types whose packages are files
#[derive(Args, Debug)]
pub(crate) struct PushFiles {
    /// Registry to put them into
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// Package files, or patterns such as 'dist/*'
    #[arg(value_name = "FILE", required = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) files: Vec<String>,
    /// How.
    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// `hc artifact push cargo`
#[derive(Args, Debug)]
pub(crate) struct PushCargo {
    /// What, and how.
    #[command(flatten)]
    pub(crate) files: PushFiles,
    /// Index of Cargo's default registry, as Cargo.lock files name it behind registry+
    #[arg(long, value_name = "URL")]
    pub(crate) default_index: Option<String>,
}

/// `hc artifact push nuget`
#[derive(Args, Debug)]
pub(crate) struct PushNuget {
    /// What, and how.
    #[command(flatten)]
    pub(crate) files: PushFiles,
    /// Folder of the registry to keep them in
    #[arg(long, value_name = "FOLDER", value_parser = folder)]
    pub(crate) path: Option<String>,
}

/// A folder of a registry, which leads nowhere else.
fn folder(text: &str) -> Result<String, String> {
    let path = text.trim_matches('/');
    if path.is_empty() || path.split('/').any(|name| matches!(name, "" | "." | "..")) {
        return Err("expected names with / between them, none of them . or ..".to_owned());
    }
    Ok(path.to_owned())
}

/// `hc artifact push npm`
#[derive(Args, Debug)]
pub(crate) struct PushNpm {
    /// Which, and where to.
    #[command(flatten)]
    pub(crate) files: PushFiles,
    /// Tag that names the versions (dist-tag)
    #[arg(long, value_name = "TAG", value_parser = tag)]
    pub(crate) tag: Option<String>,
}

fn tag(text: &str) -> Result<String, &'static str> {
    if is_tag(text) {
        return Ok(text.to_owned());
    }
    Err("a dist-tag has letters, digits, dots, dashes and underscores, and is no version or range")
}

/// How files are sent.
#[derive(Args, Debug)]
pub(crate) struct Sending {
    /// Where packages are.
    #[command(flatten)]
    pub(crate) packages: Packages,
    /// Show what would be sent, with sizes and checksums, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many files are sent at once
    #[arg(short, long, alias = "max-concurrent-uploads", value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// Leave alone what is there already with the same content
    #[arg(long)]
    pub(crate) skip_existing: bool,
    /// Send nothing when one of the files cannot be pushed; else the others go on without it
    #[arg(long)]
    pub(crate) all_or_nothing: bool,
}

/// Where packages are.
#[derive(Args, Debug)]
pub(crate) struct Packages {
    /// Base URL of the package host; else the one that the login knows
    #[arg(long, value_name = "URL")]
    pub(crate) pkg_url: Option<String>,
}
