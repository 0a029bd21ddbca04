//! Files and folders.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use hc_app::host::{Access, Entry, EntryKind, HostError, LARGEST_FILE, Stat};

pub(crate) fn read(path: &str) -> Result<Vec<u8>, HostError> {
    limited(open(path)?)
}

/// All that can be read, within the limit.
pub(crate) fn limited(reader: impl Read) -> Result<Vec<u8>, HostError> {
    let mut bytes = Vec::new();
    let mut reader = reader.take(LARGEST_FILE + 1);
    reader.read_to_end(&mut bytes).map_err(host_error)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(HostError::TooLarge);
    }
    Ok(bytes)
}

/// Opens a regular file. Opening a pipe would wait for whoever writes to it, and a device may do anything when it is
/// opened: what stands there is looked at before, and again when it is open.
fn open(path: &str) -> Result<File, HostError> {
    refuse_others(&fs::metadata(path).map_err(host_error)?)?;
    let file = reading().open(path).map_err(host_error)?;
    refuse_others(&file.metadata().map_err(host_error)?)?;
    Ok(file)
}

fn refuse_others(metadata: &fs::Metadata) -> Result<(), HostError> {
    match (metadata.is_file(), metadata.is_dir()) {
        (true, _) => Ok(()),
        (_, true) => Err(HostError::IsFolder),
        _ => Err(HostError::IsSpecial),
    }
}

/// Where a pipe takes the file's place in between, opening it does not wait.
#[cfg(unix)]
fn reading() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    options
}

#[cfg(not(unix))]
fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

pub(crate) fn read_at(path: &str, offset: u64, length: usize) -> Result<Vec<u8>, HostError> {
    let mut file = open(path)?;
    piece(&mut file, offset, length).map_err(host_error)
}

fn piece(file: &mut File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn list(path: &str) -> io::Result<Vec<Entry>> {
    fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry_of(&entry)))
        .collect()
}

fn entry_of(entry: &fs::DirEntry) -> Entry {
    Entry {
        name: entry.file_name().to_string_lossy().into_owned(),
        kind: entry.file_type().map_or(EntryKind::Other, kind_of),
    }
}

/// A link to a folder is no folder: following it could lead in a circle.
fn kind_of(kind: fs::FileType) -> EntryKind {
    if kind.is_file() {
        EntryKind::File
    } else if kind.is_dir() {
        EntryKind::Folder
    } else if kind.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::Other
    }
}

pub(crate) fn stat(path: &str) -> io::Result<Stat> {
    let metadata = fs::metadata(path)?;
    Ok(Stat {
        is_folder: metadata.is_dir(),
        is_file: metadata.is_file(),
        size: metadata.len(),
        mode: mode_of(&metadata),
    })
}

#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(metadata.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> Option<u32> {
    None
}

/// Writes a temporary beside the file, which has its mode before it has its content, and renames it.
pub(crate) fn write(path: &str, bytes: &[u8], access: Access) -> io::Result<()> {
    let path = Path::new(path);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(".hc-");
    let permissions = permissions(path, access);
    if let Some(permissions) = &permissions {
        temporary.permissions(permissions.clone());
    }
    let mut temporary = temporary.tempfile_in(folder)?;
    // The process's mask took away from what was asked for.
    if let Some(permissions) = permissions.filter(|_| matches!(access, Access::Mode(_))) {
        temporary.as_file().set_permissions(permissions)?;
    }
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn permissions(_: &Path, access: Access) -> Option<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match access {
        Access::Default => 0o666,
        Access::Private => 0o600,
        Access::Mode(mode) => mode,
    };
    Some(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: Access) -> Option<fs::Permissions> {
    None
}

pub(crate) fn write_at(path: &str, offset: u64, bytes: &[u8]) -> Result<(), HostError> {
    if let Ok(metadata) = fs::metadata(path) {
        refuse_others(&metadata)?;
    }
    put(path, offset, bytes).map_err(host_error)
}

fn put(path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(offset == 0)
        .truncate(offset == 0)
        .open(path)?;
    if offset > 0 {
        if file.metadata()?.len() < offset {
            return Err(io::Error::other("another program changed it meanwhile"));
        }
        file.set_len(offset)?;
        file.seek(SeekFrom::Start(offset))?;
    }
    file.write_all(bytes)
}

pub(crate) fn create_folder(path: &str, access: Access) -> io::Result<()> {
    fs::create_dir_all(path)?;
    match access {
        Access::Default => Ok(()),
        Access::Private => set_mode(path, 0o700),
        Access::Mode(mode) => set_mode(path, mode),
    }
}

#[cfg(unix)]
fn set_mode(path: &str, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &str, _: u32) -> io::Result<()> {
    Ok(())
}

pub(crate) fn real_path(path: &str) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Resolves `.` and `..` by the text alone, as Node's `path.resolve` does, so that the folders above a
/// file are the same in both.
pub(crate) fn absolute(path: &str) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut plain = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    Ok(plain)
}

/// A path as text.
pub(crate) fn text(path: PathBuf) -> Result<String, HostError> {
    path.into_os_string()
        .into_string()
        .map_err(|path| HostError::Other(format!("the path {} is not valid Unicode", path.display())))
}

pub(crate) fn host_error(error: io::Error) -> HostError {
    match error.kind() {
        ErrorKind::NotFound => HostError::NotFound,
        ErrorKind::IsADirectory => HostError::IsFolder,
        // A folder cannot be made where a file stands.
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => HostError::IsFile,
        ErrorKind::PermissionDenied => HostError::PermissionDenied,
        ErrorKind::ReadOnlyFilesystem => HostError::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => HostError::DiskFull,
        ErrorKind::InvalidFilename => HostError::NameTooLong,
        ErrorKind::BrokenPipe => HostError::BrokenPipe,
        _ => HostError::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_tells_a_missing_file_from_a_folder() {
        assert_eq!(read("no/such/file"), Err(HostError::NotFound));
        assert_eq!(read("src"), Err(HostError::IsFolder));
        assert!(read("Cargo.toml").is_ok_and(|bytes| !bytes.is_empty()));
    }

    #[test]
    fn the_systems_faults_have_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(at("file"), "").unwrap();
        let create_folder = |name: &str| create_folder(&at(name), Access::Default).map_err(host_error);
        assert_eq!(create_folder("file"), Err(HostError::IsFile));
        assert_eq!(create_folder("file/below"), Err(HostError::IsFile));
        let long = "n".repeat(1000);
        let written = write_at(&at(&long), 0, b"x");
        assert_eq!(written, Err(HostError::NameTooLong));
        if Path::new("/dev/full").exists() {
            let written = std::fs::write("/dev/full", "x").map_err(host_error);
            assert_eq!(written, Err(HostError::DiskFull));
            let stat = stat("/dev/full").unwrap();
            assert_eq!((stat.is_folder, stat.is_file), (false, false));
        }
    }

    #[test]
    fn listing_tells_folders_from_files() {
        let entries = list(".").unwrap();
        let kind = |name| entries.iter().find(|entry| entry.name == name).unwrap().kind;
        assert_eq!(kind("src"), EntryKind::Folder);
        assert_eq!(kind("Cargo.toml"), EntryKind::File);
        assert_eq!(list("Cargo.toml").map_err(host_error), Err(HostError::IsFile));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_and_a_socket_are_neither() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("link")).unwrap();
        let _listener = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        let entries = list(folder.path().to_str().unwrap()).unwrap();
        let kind = |name| entries.iter().find(|entry| entry.name == name).unwrap().kind;
        assert_eq!(kind("link"), EntryKind::Link);
        assert_eq!(kind("socket"), EntryKind::Other);
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_regular_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let _listener = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("zero")).unwrap();
        std::fs::write(at("large"), "").unwrap();
        File::options()
            .write(true)
            .open(at("large"))
            .and_then(|file| file.set_len(LARGEST_FILE + 1))
            .unwrap();
        for (name, expected) in [
            ("socket", HostError::IsSpecial),
            ("zero", HostError::IsSpecial),
            ("large", HostError::TooLarge),
        ] {
            assert_eq!(read(&at(name)), Err(expected), "{name}");
        }
        assert_eq!(read_at(&at("zero"), 0, 1), Err(HostError::IsSpecial));
        assert_eq!(write_at(&at("zero"), 0, b"x"), Err(HostError::IsSpecial));
    }

    #[test]
    #[cfg(unix)]
    fn an_absolute_path_has_no_dots_left() {
        for (path, expected) in [("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("/a/b/../../c/", "/c")] {
            assert_eq!(absolute(path).unwrap(), Path::new(expected));
        }
    }

    #[test]
    #[cfg(unix)]
    fn what_is_written_has_its_mode_and_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private/auth.json");
        let path = path.to_str().unwrap();
        assert!(write(path, b"secret", Access::Private).is_err());
        create_folder(folder.path().join("private").to_str().unwrap(), Access::Private).unwrap();
        write(path, b"secret", Access::Private).unwrap();
        assert_eq!(stat(path).unwrap().mode, Some(0o600));
        assert_eq!(
            stat(folder.path().join("private").to_str().unwrap())
                .unwrap()
                .mode,
            Some(0o700)
        );
        write(path, b"other", Access::Mode(0o646)).unwrap();
        assert_eq!(
            (stat(path).unwrap().mode, read(path).unwrap()),
            (Some(0o646), b"other".to_vec())
        );
        let left = fs::read_dir(folder.path().join("private")).unwrap().count();
        assert_eq!(left, 1, "a temporary file was left");
    }

    #[test]
    fn pieces_are_read_and_written_at_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.part");
        let path = path.to_str().unwrap();
        write_at(path, 0, b"abcdef").unwrap();
        write_at(path, 3, b"XY").unwrap();
        assert_eq!(read(path).unwrap(), b"abcXY");
        assert_eq!(read_at(path, 3, 10).unwrap(), b"XY");
        assert_eq!(read_at(path, 9, 10).unwrap(), b"");
        // No zeros in the place of what somebody else took away.
        assert!(write_at(path, 6, b"Z").is_err());
        assert_eq!(read(path).unwrap(), b"abcXY");
        fs::remove_file(path).unwrap();
        assert_eq!(write_at(path, 3, b"XY"), Err(HostError::NotFound));
    }
}
