//! Dependency files: the table of formats, and one file per format.
//!
//! [`detect`] says what a file is, [`Format::references`] which other files it speaks of, and [`parse`]
//! reads it. To support a format, write its file and add its row to [`FORMATS`].

mod hosts;
mod java;
mod json;
mod jsonc;
mod manifest;
mod members;
mod names;
mod npm;
mod order;
mod pattern;
mod project;
mod python;
#[cfg(test)]
mod sample;
mod toml;
mod unread;
mod yaml;

use crate::dependency::Dependency;
use crate::error::{Code, InputError};
use crate::graph::{ELIDED, Graph, Node};
use crate::package::Ecosystem;
use crate::text;

pub(crate) use java::pom::identity as pom_identity;
pub(crate) use manifest::lockfile_formats;
pub use manifest::{lockfiles_beside, locking_advice, manifests_beside};
pub use members::{Workspace, members, workspace};
pub use names::{format_of, is_constraints, named};
pub use project::{IN_EACH_FOLDER, ProjectFiles, Refusal, beside, file_name};
pub use unread::unread_format;

/// A kind of dependency file.
#[derive(Debug)]
pub struct Format {
    /// The name by which people know it.
    pub name: &'static str,
    /// The ecosystem of its packages.
    pub ecosystem: Ecosystem,
    /// The file names that mean this format; one `*` stands for any characters.
    pub file_names: &'static [&'static str],
    /// Whether this text is certainly of this format, whatever the file is called.
    recognise: fn(&str) -> bool,
    /// The other files that are needed to read this one.
    references: fn(&Input<'_>) -> Vec<String>,
    /// Reads the file.
    parse: fn(&Input<'_>, &ProjectFiles) -> Result<Parsed, InputError>,
    /// How far such a file tells what is installed.
    extent: fn(&Input<'_>) -> Extent,
}

/// How far a file tells what is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// It holds all that is installed, with what the dependencies bring in.
    Everything,
    /// It holds what the project itself asks for; what that brings in is not in it.
    DirectOnly,
}

const fn everything(_: &Input<'_>) -> Extent {
    Extent::Everything
}

const fn direct_only(_: &Input<'_>) -> Extent {
    Extent::DirectOnly
}

/// Every format that is read.
pub static FORMATS: &[Format] = &[
    Format {
        name: "package-lock.json",
        ecosystem: Ecosystem::Npm,
        file_names: &["package-lock.json", "npm-shrinkwrap.json"],
        recognise: npm::package_lock::recognise,
        references: npm::package_lock::references,
        parse: npm::package_lock::parse,
        extent: everything,
    },
    Format {
        name: "bun.lock",
        ecosystem: Ecosystem::Npm,
        file_names: &["bun.lock"],
        recognise: npm::bun::recognise,
        references: npm::bun::references,
        parse: npm::bun::parse,
        extent: everything,
    },
    Format {
        name: "package.json",
        ecosystem: Ecosystem::Npm,
        file_names: &["package.json"],
        recognise: npm::manifest::recognise,
        references: npm::manifest::references,
        parse: npm::manifest::parse,
        extent: direct_only,
    },
    Format {
        name: "pnpm-lock.yaml",
        ecosystem: Ecosystem::Npm,
        file_names: &["pnpm-lock.yaml", "pnpm-lock.*.yaml"],
        recognise: npm::pnpm::recognise,
        references: npm::pnpm::references,
        parse: npm::pnpm::parse,
        extent: everything,
    },
    Format {
        name: "yarn.lock",
        ecosystem: Ecosystem::Npm,
        file_names: &["yarn.lock"],
        recognise: npm::yarn::recognise,
        references: npm::yarn::references,
        parse: npm::yarn::parse,
        extent: everything,
    },
    Format {
        name: "pom.xml",
        ecosystem: Ecosystem::Maven,
        file_names: &["pom.xml", "pom-*.xml", "*-pom.xml", "*.pom"],
        recognise: java::pom::recognise,
        references: java::pom::references,
        parse: java::pom::parse,
        extent: direct_only,
    },
    Format {
        name: "build.gradle",
        ecosystem: Ecosystem::Maven,
        file_names: &["build.gradle", "*.gradle"],
        recognise: java::gradle::recognise,
        references: java::gradle::references,
        parse: java::gradle::parse_groovy,
        extent: direct_only,
    },
    Format {
        name: "build.gradle.kts",
        ecosystem: Ecosystem::Maven,
        file_names: &["build.gradle.kts", "*.gradle.kts"],
        recognise: java::gradle::recognise,
        references: java::gradle::references,
        parse: java::gradle::parse_kotlin,
        extent: direct_only,
    },
    Format {
        name: "gradle.lockfile",
        ecosystem: Ecosystem::Maven,
        file_names: &[
            "gradle.lockfile",
            "buildscript-gradle.lockfile",
            "*gradle.lockfile",
            "gradle*.lockfile",
        ],
        recognise: java::gradle_lockfile::recognise,
        references: java::gradle_lockfile::references,
        parse: java::gradle_lockfile::parse,
        extent: everything,
    },
    Format {
        name: "pyproject.toml",
        ecosystem: Ecosystem::PyPI,
        file_names: &["pyproject.toml"],
        recognise: python::pyproject::recognise,
        references: python::pyproject::references,
        parse: python::pyproject::parse,
        extent: direct_only,
    },
    Format {
        name: "poetry.lock",
        ecosystem: Ecosystem::PyPI,
        file_names: &["poetry.lock"],
        recognise: python::poetry_lock::recognise,
        references: python::pyproject::of_lockfile,
        parse: python::poetry_lock::parse,
        extent: everything,
    },
    Format {
        name: "Pipfile.lock",
        ecosystem: Ecosystem::PyPI,
        file_names: &["Pipfile.lock"],
        recognise: python::pipfile_lock::recognise,
        references: python::pipfile_lock::references,
        parse: python::pipfile_lock::parse,
        extent: everything,
    },
    Format {
        name: "uv.lock",
        ecosystem: Ecosystem::PyPI,
        file_names: &["uv.lock", "*.py.lock"],
        recognise: python::uv_lock::recognise,
        references: python::uv_lock::references,
        parse: python::uv_lock::parse,
        extent: everything,
    },
    Format {
        name: "pdm.lock",
        ecosystem: Ecosystem::PyPI,
        file_names: &["pdm.lock"],
        recognise: python::pdm_lock::recognise,
        references: python::pyproject::of_lockfile,
        parse: python::pdm_lock::parse,
        extent: everything,
    },
    Format {
        name: "pylock.toml",
        ecosystem: Ecosystem::PyPI,
        file_names: &["pylock.toml", "pylock.*.toml"],
        recognise: python::pylock::recognise,
        references: python::pyproject::of_lockfile,
        parse: python::pylock::parse,
        extent: everything,
    },
    Format {
        name: "requirements.txt",
        ecosystem: Ecosystem::PyPI,
        file_names: &[
            "requirements.txt",
            "requirements*.txt",
            "*requirements.txt",
            "Requirements*.txt",
            "requirements*.in",
            "*requirements.in",
            // Rye's, which are of the same format.
            "requirements*.lock",
        ],
        recognise: python::requirements::recognise,
        references: python::requirements::references,
        parse: python::requirements::parse,
        extent: python::requirements::extent,
    },
];

/// A file to read: the name that messages give it, and its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The path as the user wrote it.
    pub path: &'a str,
    /// All of its bytes.
    pub bytes: &'a [u8],
}

/// What a dependency file holds.
#[derive(Clone, Debug)]
pub struct Lockfile {
    /// The format that it was read as.
    pub format: &'static Format,
    /// Every distinct (name, version, source), sorted by name and version.
    pub dependencies: Vec<Dependency>,
    /// Who pulls in whom; node `n` is `dependencies[n]`.
    pub graph: Graph,
    /// What the reader should know about how the file was read.
    pub warnings: Vec<Warning>,
    /// How far the file tells what is installed.
    pub extent: Extent,
}

/// Something that the reader should know about how a file was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is, in a sentence without a full stop; `file:line: ` stands before it where it has a place.
    pub message: String,
    /// Whether dependencies may be missing because of it, so that an audit of the rest is no clean bill.
    pub incomplete: bool,
}

impl Warning {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            incomplete: false,
        }
    }

    pub(crate) fn incomplete(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            incomplete: true,
        }
    }
}

impl Lockfile {
    /// Whether dependencies may be missing, so that an audit of the rest is no clean bill.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.warnings.iter().any(|warning| warning.incomplete)
    }

    /// Shortest ways from the project to `dependencies[index]`, each a list of `name@version` that ends
    /// with the dependency itself, and has `…` for steps that are left out. See [`Graph::paths`].
    #[must_use]
    pub fn paths(&self, index: usize) -> Vec<Vec<String>> {
        let Ok(node) = Node::try_from(index) else {
            return Vec::new();
        };
        let label = |node: Node| match self.graph.member(node) {
            _ if node == ELIDED => "…".to_owned(),
            Some(member) => member.to_owned(),
            None => self.dependencies[node as usize].label(),
        };
        self.graph
            .paths(node)
            .into_iter()
            .map(|path| path.into_iter().map(label).collect())
            .collect()
    }
}

/// What a format's parser gives back.
struct Parsed {
    dependencies: Vec<Dependency>,
    graph: Graph,
    warnings: Vec<Warning>,
}

/// Says which format a file is of: by its name, else by its content where that is certain.
///
/// # Errors
/// [`Code::Unsupported`] with the list of formats when neither tells.
pub fn detect(input: Input<'_>) -> Result<&'static Format, InputError> {
    if let Some(format) = format_of(input.path) {
        return Ok(format);
    }
    text::decode(input.path, input.bytes, text::Encoding::Utf8)
        .ok()
        .and_then(|text| FORMATS.iter().find(|format| (format.recognise)(&text)))
        .ok_or_else(|| {
            let known: Vec<&str> = FORMATS
                .iter()
                .flat_map(|format| format.file_names)
                .copied()
                .collect();
            InputError::new(
                Code::Unsupported,
                input.path,
                "not a dependency file that hc knows",
            )
            .help(format!("supported files: {}", known.join(", ")))
        })
}

/// Reads a dependency file. `project` holds the files that [`Format::references`] named, as far as
/// they exist; what is missing is told in the warnings.
///
/// # Errors
/// When the file is not what `format` says, with the place of the fault.
pub fn parse(
    format: &'static Format,
    input: Input<'_>,
    project: &ProjectFiles,
) -> Result<Lockfile, InputError> {
    let Parsed {
        dependencies,
        graph,
        warnings,
    } = (format.parse)(&input, project)?;
    Ok(Lockfile {
        format,
        dependencies,
        graph,
        warnings,
        extent: (format.extent)(&input),
    })
}

impl Format {
    /// The files that `input` speaks of and that [`parse`] would like to see, as paths beside it. A file
    /// that cannot be read at all speaks of none; `parse` will say why.
    #[must_use]
    pub fn references(&self, input: Input<'_>) -> Vec<String> {
        (self.references)(&input)
    }

    /// Whether a file of this name is of this format.
    #[must_use]
    pub fn has_name(&self, file_name: &str) -> bool {
        self.file_names
            .iter()
            .any(|pattern| pattern::matches(pattern, file_name))
    }
}
