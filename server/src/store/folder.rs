//! The data folder: whose it is, what of it others may read, and that one server has it at a time.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::blobs;
use crate::error::Error;

/// The database.
pub(super) const RECORDS: &str = "records.sqlite";

/// Everything that a data folder holds.
const OURS: [&str; 11] = [
    RECORDS,
    "records.sqlite-journal",
    "records.sqlite-shm",
    "records.sqlite-wal",
    blobs::FILES,
    blobs::INCOMING,
    blobs::ASIDE,
    "lock",
    "reserve",
    "token",
    "token.new",
];

/// How long a server that is ending may take to let go of its folder when the next one starts.
const LETTING_GO: Duration = Duration::from_secs(2);

/// Makes the folder where it is missing, open to its owner alone.
pub(crate) fn make(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(Error::file(path))
}

/// Takes the folder for this process alone, unless it is somebody else's or has lost its records. Nothing is
/// written before that is certain.
pub(super) fn claim(data: &Path) -> Result<File, Error> {
    let records = data.join(RECORDS);
    let has_records = fs::metadata(&records).is_ok_and(|found| found.len() > 0);
    if !has_records {
        without_records(data)?;
    }
    let lock = lock(data)?;
    // SQLite gives its other files the permissions of this one.
    private_file(&records).map_err(Error::file(&records))?;
    Ok(lock)
}

/// A folder without records must be a new one: contents would have lost their names, and what is not of a registry
/// is somebody else's.
fn without_records(data: &Path) -> Result<(), Error> {
    for entry in list(data)? {
        let name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_nobodys = name.starts_with('.') || name == "lost+found";
        if !is_nobodys && !OURS.contains(&name.as_str()) {
            return Err(foreign(data, &entry));
        }
    }
    for entry in list(&data.join(blobs::INCOMING))? {
        if !blobs::is_incoming(&entry) {
            return Err(foreign(data, &entry));
        }
    }
    for folder in list(&data.join(blobs::FILES))? {
        let contents = if folder.is_dir() {
            list(&folder)?
        } else {
            vec![folder]
        };
        lost(data, &contents)?;
    }
    lost(data, &list(&data.join(blobs::ASIDE))?)
}

/// Refuses where there is anything: contents without records, or what is not of a registry.
fn lost(data: &Path, found: &[PathBuf]) -> Result<(), Error> {
    match found.first() {
        None => Ok(()),
        Some(entry) if blobs::is_content(entry) => {
            let path = data.to_owned();
            Err(Error::RecordsGone { path })
        }
        Some(entry) => Err(foreign(data, entry)),
    }
}

fn foreign(data: &Path, entry: &Path) -> Error {
    Error::Foreign {
        path: data.to_owned(),
        entry: entry.strip_prefix(data).unwrap_or(entry).to_owned(),
    }
}

/// What a folder holds; nothing, where it is not there.
fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(Error::file(folder)(source)),
    };
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(Error::file(folder)))
        .collect()
}

fn lock(data: &Path) -> Result<File, Error> {
    let path = data.join("lock");
    let lock = private_file(&path).map_err(Error::file(&path))?;
    let patience = Instant::now() + LETTING_GO;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < patience => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Err(fs::TryLockError::WouldBlock) => {
                let path = data.to_owned();
                return Err(Error::InUse { path });
            }
            Err(fs::TryLockError::Error(source)) => return Err(Error::File { path, source }),
        }
    }
}

/// Opens a file that its owner alone may read, and makes it where it is missing.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    narrow(path, 0o600)?;
    Ok(file)
}

/// Makes a folder that its owner alone may enter, or lets nobody else into the one that is there.
pub(super) fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    narrow(path, 0o700)
}

/// Takes away what others may do with a file of ours. Windows gives nobody else a right to it.
#[cfg(unix)]
fn narrow(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let found = fs::metadata(path)?.permissions().mode();
    if found & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn narrow(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_somebody_elses_or_without_its_records_is_refused_and_left_alone() {
        let sha256 = "a".repeat(64);
        for (path, is_lost) in [
            ("thesis.odt".to_owned(), false),
            ("incoming/photo.jpg".to_owned(), false),
            ("files/plan.txt".to_owned(), false),
            ("files/aa/plan.txt".to_owned(), false),
            (format!("files/aa/{sha256}"), true),
            (format!("aside/{sha256}"), true),
        ] {
            let data = tempfile::tempdir().unwrap();
            let file = data.path().join(&path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "kept").unwrap();
            match claim(data.path()) {
                Err(Error::RecordsGone { .. }) => assert!(is_lost, "{path}"),
                Err(Error::Foreign { entry, .. }) => {
                    assert!(!is_lost && path.starts_with(entry.to_str().unwrap()))
                }
                other => panic!("{path}: {other:?}"),
            }
            assert_eq!(fs::read_to_string(&file).unwrap(), "kept", "{path}");
            assert!(!data.path().join("lock").exists() && !data.path().join(RECORDS).exists());
        }
    }

    #[test]
    fn a_new_folder_is_taken_and_so_is_one_whose_first_start_was_cut_short() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(".DS_Store"), "").unwrap();
        fs::create_dir(data.path().join("incoming")).unwrap();
        fs::write(data.path().join("incoming").join("a".repeat(32)), "").unwrap();
        fs::create_dir_all(data.path().join("files/aa")).unwrap();
        fs::write(data.path().join(RECORDS), "").unwrap();
        claim(data.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_others_could_read_is_taken_from_them() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        let records = data.path().join(RECORDS);
        fs::write(&records, "").unwrap();
        fs::set_permissions(&records, fs::Permissions::from_mode(0o644)).unwrap();
        claim(data.path()).unwrap();
        for file in [records, data.path().join("lock")] {
            assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
