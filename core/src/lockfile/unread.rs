//! Dependency files of formats that are not read, so that they can at least be named.

use super::pattern;

/// The tool that writes files of these names.
struct Unread {
    tool: &'static str,
    file_names: &'static [&'static str],
}

const UNREAD: &[Unread] = &[
    Unread {
        tool: "Bun, in binary form",
        file_names: &["bun.lockb"],
    },
    Unread {
        tool: "pnpm",
        file_names: &["package.json5", "package.yaml", "shrinkwrap.yaml"],
    },
    Unread {
        tool: "Deno",
        file_names: &["deno.lock"],
    },
    Unread {
        tool: "Bower",
        file_names: &["bower.json"],
    },
    Unread {
        tool: "pipenv",
        file_names: &["Pipfile"],
    },
    Unread {
        tool: "setuptools",
        file_names: &["setup.py", "setup.cfg"],
    },
    Unread {
        tool: "Conda",
        file_names: &[
            "conda-lock.yml",
            "*.conda-lock.yml",
            "environment.yml",
            "environment.yaml",
        ],
    },
    Unread {
        tool: "Pixi",
        file_names: &["pixi.lock", "pixi.toml"],
    },
    Unread {
        tool: "sbt",
        file_names: &["build.sbt", "build.sbt.lock"],
    },
    Unread {
        tool: "Ivy",
        file_names: &["ivy.xml"],
    },
    Unread {
        tool: "Leiningen",
        file_names: &["project.clj"],
    },
    Unread {
        tool: "Bazel",
        file_names: &["MODULE.bazel.lock", "maven_install.json"],
    },
    Unread {
        tool: "Cargo",
        file_names: &["Cargo.lock", "Cargo.toml"],
    },
    Unread {
        tool: "Go",
        file_names: &["go.mod", "go.sum"],
    },
    Unread {
        tool: "Bundler",
        file_names: &["Gemfile", "Gemfile.lock", "gems.rb", "gems.locked"],
    },
    Unread {
        tool: "Composer",
        file_names: &["composer.json", "composer.lock"],
    },
    Unread {
        tool: "NuGet",
        file_names: &[
            "packages.lock.json",
            "packages.config",
            "project.assets.json",
            "*.csproj",
            "*.fsproj",
            "*.vbproj",
            "Directory.Packages.props",
            "paket.lock",
        ],
    },
    Unread {
        tool: "Dart",
        file_names: &["pubspec.lock", "pubspec.yaml"],
    },
    Unread {
        tool: "Mix",
        file_names: &["mix.lock", "mix.exs"],
    },
    Unread {
        tool: "Rebar",
        file_names: &["rebar.lock"],
    },
    Unread {
        tool: "Swift",
        file_names: &["Package.resolved", "Package.swift"],
    },
    Unread {
        tool: "CocoaPods",
        file_names: &["Podfile", "Podfile.lock"],
    },
    Unread {
        tool: "Carthage",
        file_names: &["Cartfile.resolved"],
    },
    Unread {
        tool: "Cabal and Stack",
        file_names: &["cabal.project.freeze", "stack.yaml.lock"],
    },
    Unread {
        tool: "Conan",
        file_names: &["conan.lock", "conanfile.txt", "conanfile.py"],
    },
    Unread {
        tool: "vcpkg",
        file_names: &["vcpkg.json"],
    },
    Unread {
        tool: "renv",
        file_names: &["renv.lock"],
    },
    Unread {
        tool: "Julia",
        file_names: &["Manifest.toml"],
    },
    Unread {
        tool: "Nix",
        file_names: &["flake.lock"],
    },
    Unread {
        tool: "Helm",
        file_names: &["Chart.lock"],
    },
    Unread {
        tool: "Terraform",
        file_names: &[".terraform.lock.hcl"],
    },
];

/// The tool whose dependency files have this name, where that is a format that is not read.
#[must_use]
pub fn unread_format(file_name: &str) -> Option<&'static str> {
    let has_name = |unread: &&Unread| {
        unread
            .file_names
            .iter()
            .any(|name| pattern::matches(name, file_name))
    };
    UNREAD.iter().find(has_name).map(|unread| unread.tool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lockfile::FORMATS;

    #[test]
    fn no_format_that_is_read_is_among_them() {
        assert_eq!(unread_format("Cargo.lock"), Some("Cargo"));
        assert_eq!(unread_format("app.csproj"), Some("NuGet"));
        for name in FORMATS.iter().flat_map(|format| format.file_names) {
            assert_eq!(unread_format(&name.replace('*', "x")), None, "{name}");
        }
    }
}
