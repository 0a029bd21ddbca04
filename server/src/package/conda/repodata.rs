//! `{subdir}/repodata.json`: all packages of a platform, also packed.

use std::io::{self, Write as _};

use axum::response::Response;
use bzip2::Compression;
use bzip2::write::BzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::package::Packages;
use crate::package::builds::Builds;
use crate::problem::Problem;
use crate::reply;
use crate::store::{Fault, files, packages, versions};

/// How the document is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Zstandard,
    Bzip2,
}

impl Packing {
    /// By the name under which the document is asked for.
    pub(super) fn of(file: &str) -> Option<Self> {
        match file {
            "repodata.json" => Some(Self::Plain),
            "repodata.json.zst" => Some(Self::Zstandard),
            "repodata.json.bz2" => Some(Self::Bzip2),
            _ => None,
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "application/json",
            Self::Zstandard => "application/zstd",
            Self::Bzip2 => "application/x-bzip2",
        }
    }

    fn pack(self, text: String) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(text.into_bytes()),
            Self::Zstandard => Ok(compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)),
            Self::Bzip2 => {
                let mut encoder = BzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(text.as_bytes())?;
                encoder.finish()
            }
        }
    }
}

/// Every subdirectory has one: clients ask for their platform and for `noarch`, whether there is anything or not.
pub(super) fn answer(
    app: &App,
    packages: &Packages,
    subdir: &str,
    packing: Packing,
) -> Result<Response, Problem> {
    let (mut older, mut newer) = (Map::new(), Map::new());
    app.store.read(|records| {
        for (package, _) in packages::names(records, packages.registry.id)? {
            for version in versions::all(records, package)? {
                let mut builds = Builds::<Map<String, Value>>::of(Some(&version))?.builds;
                for file in files::of_version(records, version.id)? {
                    let Some(name) = file
                        .path
                        .strip_prefix(subdir)
                        .and_then(|rest| rest.strip_prefix('/'))
                    else {
                        continue;
                    };
                    let Some(mut record) = builds.remove(&file.path) else {
                        continue;
                    };
                    let digests = &file.digests;
                    for (member, value) in [
                        ("md5", json!(digests.md5)),
                        ("sha256", json!(digests.sha256)),
                        ("size", json!(digests.size)),
                        ("subdir", json!(subdir)),
                    ] {
                        record.insert(member.to_owned(), value);
                    }
                    let list = if name.ends_with(".conda") {
                        &mut newer
                    } else {
                        &mut older
                    };
                    list.insert(name.to_owned(), Value::Object(record));
                }
            }
        }
        Ok::<_, Problem>(())
    })?;
    let body = json!({
        "info": { "subdir": subdir }, "packages": older, "packages.conda": newer, "removed": [],
        "repodata_version": 1,
    });
    let packed = packing.pack(body.to_string()).map_err(Fault::from)?;
    Ok(reply::tagged(&packages.headers, packing.media_type(), packed))
}
