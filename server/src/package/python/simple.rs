//! The simple index: all projects, and all files of one.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::{Value, json};

use super::accept::Form;
use super::{Release, attestation, metadata_of, provenance_of};
use crate::app::App;
use crate::package::{self, Packages};
use crate::problem::Problem;
use crate::store::{Fault, files, packages, versions};
use crate::{clock, reply};

/// The version of the index's own form.
const VERSION: &str = "1.3";

/// `simple/`
pub(super) fn projects(app: &App, packages: &Packages) -> Result<Response, Problem> {
    let names = app
        .store
        .read(|records| packages::names(records, packages.registry.id))?;
    let url = package::url(&packages.base, &packages.registry);
    Ok(answer(
        packages,
        || {
            let projects: Vec<Value> = names.iter().map(|(_, name)| json!({ "name": name })).collect();
            json!({ "meta": { "api-version": VERSION }, "projects": projects })
        },
        || {
            let links = names
                .iter()
                .map(|(_, name)| format!("<a href=\"{}/simple/{name}/\">{name}</a><br>\n", escaped(&url)));
            page("Simple index", &links.collect::<String>())
        },
    ))
}

/// A file in the index.
struct Listed {
    name: String,
    url: String,
    sha256: String,
    size: i64,
    created_at: i64,
    requires_python: Option<String>,
    /// The SHA-256 of its metadata, where that can be had alone.
    metadata: Option<String>,
    /// Why nobody new is to take it.
    yanked: Option<String>,
    /// Where what is attested of it can be had.
    provenance: Option<String>,
}

/// `simple/{project}/`, by its normalised name.
pub(super) fn project(app: &App, packages: &Packages, project: &str) -> Result<Response, Problem> {
    let base = &packages.base;
    let (names, listed) = app.store.read(|records| {
        let found = packages::find_optional(records, &packages.registry, project)?
            .ok_or_else(|| Problem::missing(format!("the project {project:?} is not there")))?;
        let (mut names, mut listed) = (Vec::new(), Vec::new());
        for version in versions::all(records, found.id)? {
            let release = Release::of(Some(&version))?;
            let files = files::of_version(records, version.id)?;
            for (name, facts) in release.files {
                let entry = |path: &str| files.iter().find(|entry| entry.path == path);
                let file = entry(&name).ok_or_else(|| Fault::Missing(name.clone()))?;
                listed.push(Listed {
                    url: package::file_url(base, &packages.registry, project, &version.name, &name),
                    sha256: file.digests.sha256.clone(),
                    size: file.digests.size,
                    created_at: file.created_at,
                    requires_python: facts.requires_python,
                    metadata: entry(&metadata_of(&name)).map(|entry| entry.digests.sha256.clone()),
                    yanked: facts.yanked,
                    provenance: entry(&provenance_of(&name)).map(|_| {
                        let url = package::url(base, &packages.registry);
                        format!("{url}/{}", attestation::path_of(project, &version.name, &name))
                    }),
                    name,
                });
            }
            names.push(version.name);
        }
        Ok::<_, Problem>((names, listed))
    })?;
    Ok(answer(
        packages,
        || {
            let files: Vec<Value> = listed.iter().map(Listed::json).collect();
            json!({ "meta": { "api-version": VERSION }, "name": project, "versions": names, "files": files })
        },
        || {
            page(
                &format!("Links for {project}"),
                &listed.iter().map(Listed::link).collect::<String>(),
            )
        },
    ))
}

impl Listed {
    fn json(&self) -> Value {
        let metadata = match &self.metadata {
            Some(sha256) => json!({ "sha256": sha256 }),
            None => json!(false),
        };
        // A reason that is empty would be read as none.
        let yanked = match self.yanked.as_deref() {
            None => json!(false),
            Some("") => json!(true),
            Some(reason) => json!(reason),
        };
        let mut file = json!({
            "filename": self.name, "url": self.url, "hashes": { "sha256": self.sha256 }, "size": self.size,
            "upload-time": clock::rfc3339(self.created_at), "yanked": yanked,
            "core-metadata": metadata, "data-dist-info-metadata": metadata,
        });
        if let Some(requires_python) = &self.requires_python {
            file["requires-python"] = json!(requires_python);
        }
        if let Some(provenance) = &self.provenance {
            file["provenance"] = json!(provenance);
        }
        file
    }

    fn link(&self) -> String {
        let mut attributes = String::new();
        let mut add = |name: &str, value: &str| {
            // Writing to a String does not fail.
            let _ = write!(attributes, " {name}=\"{}\"", escaped(value));
        };
        if let Some(requires_python) = &self.requires_python {
            add("data-requires-python", requires_python);
        }
        if let Some(sha256) = &self.metadata {
            // The second is the name from before it was corrected; older clients know only that.
            add("data-core-metadata", &format!("sha256={sha256}"));
            add("data-dist-info-metadata", &format!("sha256={sha256}"));
        }
        if let Some(reason) = &self.yanked {
            add("data-yanked", reason);
        }
        if let Some(provenance) = &self.provenance {
            add("data-provenance", provenance);
        }
        format!(
            "<a href=\"{}#sha256={}\"{attributes}>{}</a><br>\n",
            escaped(&self.url),
            self.sha256,
            escaped(&self.name)
        )
    }
}

/// The answer in the form that the client wants.
fn answer(packages: &Packages, json: impl FnOnce() -> Value, html: impl FnOnce() -> String) -> Response {
    let form = Form::wanted(&packages.headers);
    let body = match form {
        Form::Json => json().to_string(),
        Form::Html | Form::PlainHtml => html(),
    };
    reply::tagged(&packages.headers, form.media_type(), body)
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta name=\"pypi:repository-version\" content=\"{VERSION}\">\n\
         <title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

/// Text for HTML, also within an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
