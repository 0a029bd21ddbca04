//! The document that npm sends to publish or change a package, and what must be true of it.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::name;
use crate::problem::Problem;
use crate::store::blobs::{Digests, Staged};

/// A version's manifest.
pub(super) type Manifest = Map<String, Value>;

/// What is read of the document.
#[derive(Default)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) tags: BTreeMap<String, String>,
    /// The manifest of each version, as JSON.
    pub(super) versions: BTreeMap<String, String>,
    pub(super) readme: Option<String>,
    pub(super) attachment: Option<Attachment>,
    /// What of the memory for documents this one takes.
    pub(super) budget: Option<OwnedSemaphorePermit>,
}

/// The tarball that came with a document.
pub(super) struct Attachment {
    /// What the document calls it.
    pub(super) file: String,
    pub(super) tarball: Staged,
}

/// A version that is to be published.
pub(super) struct Publication {
    pub(super) version: String,
    pub(super) manifest: Manifest,
    pub(super) tarball: Staged,
}

impl Document {
    fn manifest(&self, version: &str) -> Result<Manifest, Problem> {
        let text = self.versions.get(version).map_or("{}", String::as_str);
        serde_json::from_str(text)
            .map_err(|error| Problem::bad(format!("the document's manifest of {version}: {error}")))
    }

    /// What it says of each version's deprecation.
    pub(super) fn deprecations(&self) -> impl Iterator<Item = Result<(&str, Option<Value>), Problem>> {
        #[derive(Deserialize)]
        struct Deprecation {
            deprecated: Option<Value>,
        }
        self.versions.iter().map(|(version, manifest)| {
            let read: Deprecation = serde_json::from_str(manifest)
                .map_err(|error| Problem::bad(format!("the document's manifest of {version}: {error}")))?;
            Ok((version.as_str(), read.deprecated))
        })
    }

    /// Takes out the version whose tarball comes with the document; `None` where none does. Other versions that a
    /// document repeats are not looked at.
    pub(super) fn take_publication(&mut self) -> Result<Option<Publication>, Problem> {
        let Some(Attachment { file, tarball }) = self.attachment.take() else {
            return Ok(None);
        };
        let belongs = |version: &str| file == format!("{}-{version}.tgz", self.name);
        let version = match self.versions.len() {
            1 => self.versions.keys().next(),
            _ => self.versions.keys().find(|version| belongs(version)),
        };
        let version = version.cloned().ok_or_else(|| {
            Problem::bad(format!("the document has no version for the attachment {file:?}"))
        })?;
        name::version(&version)?;
        let mut manifest = self.manifest(&version)?;
        let has_readme = manifest.get("readme").is_some_and(|readme| *readme != json!(""));
        if let Some(readme) = self.readme.take().filter(|_| !has_readme) {
            manifest.insert("readme".to_owned(), json!(readme));
        }
        for (member, expected) in [("name", &self.name), ("version", &version)] {
            if manifest.get(member).and_then(Value::as_str) != Some(expected) {
                return Err(Problem::bad(format!(
                    "the manifest of {version} has another {member} than the document"
                )));
            }
        }
        Ok(Some(Publication {
            version,
            manifest,
            tarball,
        }))
    }
}

/// Checks what a manifest says of its tarball, and adds what it leaves out. Where the tarball is to be had is added
/// when the manifest is read.
pub(super) fn seal(manifest: &mut Manifest, digests: &Digests) -> Result<(), Problem> {
    let integrity = integrity(digests)?;
    let dist = manifest.entry("dist").or_insert_with(|| json!({}));
    let Some(dist) = dist.as_object_mut() else {
        return Err(Problem::bad("the manifest's dist is no object"));
    };
    for (member, found) in [("shasum", &digests.sha1), ("integrity", &integrity)] {
        match dist.get(member).and_then(Value::as_str) {
            // An integrity may list several hashes; the one of the strongest kind here is the one to hold.
            Some(said) if !said.split_whitespace().any(|one| one == found) => {
                return Err(Problem::bad(format!(
                    "dist.{member} is {said}, but the tarball has {found}; nothing was kept"
                )));
            }
            _ => {
                dist.insert(member.to_owned(), json!(found));
            }
        }
    }
    dist.remove("tarball");
    Ok(())
}

/// The SHA-512 as npm writes it (Subresource Integrity).
fn integrity(digests: &Digests) -> Result<String, Problem> {
    let bytes: Option<Vec<u8>> = digests
        .sha512
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let bytes = bytes.ok_or_else(|| Problem::internal("a checksum is not hex"))?;
    Ok(format!("sha512-{}", STANDARD.encode(bytes)))
}
