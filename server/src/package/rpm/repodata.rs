//! `repodata/`: the metadata of all packages of a registry, made when they are asked for.
//!
//! A client reads `repomd.xml`, then the documents that it names by their checksums. A package may be pushed in
//! between, so the documents of a few generations are kept, and each is whole in itself.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use rusqlite::Connection;

use super::metadata::{self, Stored};
use super::path_of;
use super::xml::{Sheet, Written};
use crate::app::App;
use crate::package::Packages;
use crate::package::builds::Builds;
use crate::problem::Problem;
use crate::reply;
use crate::store::registries::Registry;
use crate::store::{Fault, files, packages, versions};

/// How many generations are kept, of all registries together.
const KEPT: usize = 16;

/// The generations that may still be asked for, the latest last.
#[derive(Default)]
pub(crate) struct Generations(Mutex<VecDeque<Arc<Generation>>>);

/// The metadata of a registry at one time.
struct Generation {
    registry: i64,
    /// Tells the states of a registry's files apart.
    state: String,
    repomd: Bytes,
    /// By their names.
    documents: Vec<(String, Bytes)>,
}

impl Generation {
    fn document(&self, name: &str) -> Option<Bytes> {
        let (_, bytes) = self.documents.iter().find(|(known, _)| known == name)?;
        Some(bytes.clone())
    }
}

impl Generations {
    fn find<T>(&self, wanted: impl Fn(&Arc<Generation>) -> Option<T>) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().rev().find_map(wanted)
    }

    fn keep(&self, generation: Arc<Generation>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known| (known.registry, &known.state) != (generation.registry, &generation.state));
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(generation);
    }
}

/// `repomd.xml`, or a document that it names or named a moment ago.
pub(super) fn answer(app: &App, packages: &Packages, file: &str) -> Result<Response, Problem> {
    let registry = packages.registry.id;
    if file == "repomd.xml" {
        let generation = current(app, &packages.registry)?;
        return Ok(reply::tagged(
            &packages.headers,
            "application/xml",
            generation.repomd.clone(),
        ));
    }
    let of_registry = |generation: &Arc<Generation>| {
        let is_its_own = generation.registry == registry;
        is_its_own.then(|| generation.document(file)).flatten()
    };
    let document = match app.generations.find(of_registry) {
        Some(document) => Some(document),
        // The server may have been started anew.
        None => current(app, &packages.registry)?.document(file),
    };
    let document = document
        .ok_or_else(|| Problem::missing(format!("{file:?} is not there; repomd.xml names what is")))?;
    Ok(respond(packages, "application/gzip", document))
}

fn respond(packages: &Packages, content_type: &'static str, bytes: Bytes) -> Response {
    let length = HeaderValue::from(bytes.len());
    let body = if packages.method == Method::HEAD {
        Bytes::new()
    } else {
        bytes
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_LENGTH, length),
    ];
    (StatusCode::OK, headers, body).into_response()
}

/// The metadata of the registry as it is now.
fn current(app: &App, registry: &Registry) -> Result<Arc<Generation>, Problem> {
    app.store.read(|records| {
        let state = files::state(records, registry.id)?;
        let same = |known: &Arc<Generation>| {
            let is_same = known.registry == registry.id && known.state == state;
            is_same.then(|| Arc::clone(known))
        };
        if let Some(known) = app.generations.find(same) {
            return Ok(known);
        }
        let made = Arc::new(generate(records, registry, state)?);
        app.generations.keep(Arc::clone(&made));
        Ok(made)
    })
}

fn generate(records: &Connection, registry: &Registry, state: String) -> Result<Generation, Problem> {
    const COMMON: &str = "http://linux.duke.edu/metadata";
    let failed = |error: io::Error| Problem::from(Fault::from(error));
    let count = files::count(records, registry.id)?;
    let root = |element: &str, rest: &str| format!("<{element}{rest} packages=\"{count}\">\n");
    let rpm = format!(" xmlns=\"{COMMON}/common\" xmlns:rpm=\"{COMMON}/rpm\"");
    let mut primary = Sheet::new(&root("metadata", &rpm)).map_err(failed)?;
    let mut filelists =
        Sheet::new(&root("filelists", &format!(" xmlns=\"{COMMON}/filelists\""))).map_err(failed)?;
    let mut other = Sheet::new(&root("otherdata", &format!(" xmlns=\"{COMMON}/other\""))).map_err(failed)?;
    let mut latest = 0;
    for (package, name) in packages::names(records, registry.id)? {
        for version in versions::all(records, package)? {
            let builds = Builds::of(Some(&version))?.builds;
            for entry in files::of_version(records, version.id)? {
                let Some(build) = builds.get(&entry.path) else {
                    continue;
                };
                // Clients encode it themselves.
                let location = path_of(&name, &version.name, &entry.path);
                let stored = Stored {
                    entry: &entry,
                    location: &location,
                };
                primary
                    .write(&metadata::primary(build, &stored))
                    .map_err(failed)?;
                filelists
                    .write(&metadata::filelists(build, &stored))
                    .map_err(failed)?;
                other.write(&metadata::other(build, &stored)).map_err(failed)?;
                latest = latest.max(entry.created_at / 1000);
            }
        }
    }
    let documents = [
        ("primary", primary.finish("</metadata>\n").map_err(failed)?),
        ("filelists", filelists.finish("</filelists>\n").map_err(failed)?),
        ("other", other.finish("</otherdata>\n").map_err(failed)?),
    ];
    Ok(Generation {
        registry: registry.id,
        state,
        repomd: repomd(&documents, latest).into(),
        documents: documents
            .into_iter()
            .map(|(kind, written)| (file_name(kind, &written), written.packed))
            .collect(),
    })
}

fn file_name(kind: &str, written: &Written) -> String {
    format!("{}-{kind}.xml.gz", written.checksum)
}

/// `latest` is when the newest file came, in seconds since 1970.
fn repomd(documents: &[(&str, Written)], latest: i64) -> String {
    let data: String = documents
        .iter()
        .map(|(kind, written)| {
            format!(
                "  <data type=\"{kind}\">\n    <checksum type=\"sha256\">{}</checksum>\n    \
                 <open-checksum type=\"sha256\">{}</open-checksum>\n    <location href=\"repodata/{}\"/>\n    \
                 <timestamp>{latest}</timestamp>\n    <size>{}</size>\n    <open-size>{}</open-size>\n  </data>\n",
                written.checksum,
                written.open_checksum,
                file_name(kind, written),
                written.packed.len(),
                written.open_size
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" \
         xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n  <revision>{latest}</revision>\n{data}</repomd>\n"
    )
}
