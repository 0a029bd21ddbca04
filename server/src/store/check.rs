//! `hc serve check`: every content is read and held against its record.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use hc_core::checksum::hex;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest as _, Sha256};

use super::blobs::{ASIDE, Blobs, FILES};
use super::folder;
use crate::error::Error;

/// What a data folder holds.
#[derive(Debug)]
pub struct Checked {
    /// How many contents are recorded.
    pub contents: u64,
    /// How many bytes they have together.
    pub bytes: u64,
    /// What is not as it should be.
    pub damage: Vec<Damage>,
}

/// Something that is not as it should be.
#[derive(Debug)]
pub struct Damage {
    /// What is wrong.
    pub kind: DamageKind,
    /// The SHA-256 of the content; of the records, SQLite's own words.
    pub content: String,
    /// The files that are that content, as `account/registry: package version path`.
    pub files: Vec<String>,
}

/// What can be wrong in a data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The bytes of a content are not there.
    Missing,
    /// The bytes are others.
    Damaged,
    /// No record names the content.
    Unnamed,
    /// The database itself is not sound.
    Records,
}

impl DamageKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::Unnamed => "unnamed",
            Self::Records => "records",
        }
    }
}

/// Reads all that is in `data`, which no server may be using, and changes nothing.
///
/// # Errors
/// When there is no registry in the folder, it is in use, or something in it cannot be read.
pub fn check(data: &Path) -> Result<Checked, Error> {
    let path = data.join(folder::RECORDS);
    File::open(&path).map_err(Error::file(&path))?;
    let _lock = folder::claim(data)?;
    let records = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut checked = Checked {
        contents: 0,
        bytes: 0,
        damage: records_themselves(&records)?,
    };
    let files = data.join(FILES);
    let mut unnamed = Blobs::contents(data).map_err(Error::file(&files))?;
    let mut known = records.prepare("SELECT sha256, size FROM blobs ORDER BY sha256")?;
    let mut rows = known.query([])?;
    while let Some(row) = rows.next()? {
        let (sha256, size): (String, i64) = (row.get(0)?, row.get(1)?);
        unnamed.remove(&sha256);
        checked.contents += 1;
        checked.bytes += u64::try_from(size).unwrap_or(0);
        let file = files.join(&sha256[..2.min(sha256.len())]).join(&sha256);
        let kind = match hash(&file) {
            Ok(found) if found == sha256 => continue,
            Ok(_) => DamageKind::Damaged,
            Err(error) if error.kind() == io::ErrorKind::NotFound => DamageKind::Missing,
            // What the disk cannot read any more is damaged too.
            Err(_) => DamageKind::Damaged,
        };
        let files = names(&records, &sha256)?;
        checked.damage.push(Damage {
            kind,
            content: sha256,
            files,
        });
    }
    let aside = Blobs::aside(data).map_err(Error::file(data.join(ASIDE)))?;
    checked
        .damage
        .extend(unnamed.into_iter().chain(aside).map(|content| Damage {
            kind: DamageKind::Unnamed,
            content,
            files: Vec::new(),
        }));
    Ok(checked)
}

/// SQLite's own checks.
fn records_themselves(records: &Connection) -> Result<Vec<Damage>, Error> {
    let mut said: Vec<String> = records
        .prepare("PRAGMA integrity_check")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    said.retain(|line| line != "ok");
    if records.prepare("PRAGMA foreign_key_check")?.exists([])? {
        said.push("a record names another that is not there".to_owned());
    }
    Ok(said
        .into_iter()
        .map(|content| Damage {
            kind: DamageKind::Records,
            content,
            files: Vec::new(),
        })
        .collect())
}

/// The files that are a content.
fn names(records: &Connection, sha256: &str) -> rusqlite::Result<Vec<String>> {
    records
        .prepare_cached(
            "SELECT r.account || '/' || r.identifier || ': ' || p.name || ' ' || v.name || ' ' || f.path
             FROM files f JOIN versions v ON v.id = f.version_id JOIN packages p ON p.id = v.package_id
                 JOIN registries r ON r.id = p.registry_id
             WHERE f.sha256 = ?1 ORDER BY f.id",
        )?
        .query_map([sha256], |row| row.get(0))?
        .collect()
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 << 10];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&piece[..count]),
        }
    }
}
