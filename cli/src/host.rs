//! The native [`Host`]: `std::fs`, the process's environment and its two outputs.

use std::cell::RefCell;
use std::fs;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stdout, Write};
use std::path::{Component, Path, PathBuf};

use hc_app::host::{Entry, Host, HostError, Stream};

/// The machine that the process runs on.
pub(crate) struct NativeHost {
    /// A table is printed in many pieces; they reach the system in few writes.
    stdout: RefCell<BufWriter<Stdout>>,
}

impl NativeHost {
    pub(crate) fn new() -> Self {
        Self {
            stdout: RefCell::new(BufWriter::new(io::stdout())),
        }
    }

    /// Writes what is still buffered. A reader that has gone (`hc … | head`) is no failure.
    pub(crate) fn finish(&self) -> Result<(), HostError> {
        match self.stdout.borrow_mut().flush().map_err(host_error) {
            Err(HostError::BrokenPipe) => Ok(()),
            result => result,
        }
    }
}

impl Host for NativeHost {
    fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }

    fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        let mut stdout = self.stdout.borrow_mut();
        match stream {
            Stream::Stdout => stdout.write_all(text.as_bytes()),
            // On a terminal both streams are one text: what was printed first stands first.
            Stream::Stderr => stdout.flush().and(io::stderr().write_all(text.as_bytes())),
        }
        .map_err(host_error)
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, HostError> {
        // Windows says "permission denied" of a folder that is opened as a file.
        if Path::new(path).is_dir() {
            return Err(HostError::IsFolder);
        }
        fs::read(path).map_err(host_error)
    }

    async fn list(&self, path: &str) -> Result<Vec<Entry>, HostError> {
        fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry_of(&entry))).collect())
            .map_err(host_error)
    }

    fn absolute(&self, path: &str) -> Result<String, HostError> {
        let absolute = std::path::absolute(path).map_err(host_error)?;
        without_dots(&absolute)
            .into_os_string()
            .into_string()
            .map_err(|path| HostError::Other(format!("the path {} is not valid Unicode", path.display())))
    }
}

/// A link to a folder is no folder: following it could lead in a circle.
fn entry_of(entry: &fs::DirEntry) -> Entry {
    Entry {
        name: entry.file_name().to_string_lossy().into_owned(),
        is_folder: entry.file_type().is_ok_and(|kind| kind.is_dir()),
    }
}

/// Resolves `.` and `..` by the text alone, as Node's `path.resolve` does, so that the folders above a
/// file are the same in both.
fn without_dots(absolute: &Path) -> PathBuf {
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
    plain
}

fn host_error(error: io::Error) -> HostError {
    match error.kind() {
        ErrorKind::NotFound => HostError::NotFound,
        ErrorKind::IsADirectory => HostError::IsFolder,
        ErrorKind::NotADirectory => HostError::IsFile,
        ErrorKind::PermissionDenied => HostError::PermissionDenied,
        ErrorKind::BrokenPipe => HostError::BrokenPipe,
        _ => HostError::Other(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Result<Vec<u8>, HostError> {
        pollster::block_on(NativeHost::new().read(path))
    }

    #[test]
    fn reading_tells_a_missing_file_from_a_folder() {
        assert_eq!(read("no/such/file"), Err(HostError::NotFound));
        assert_eq!(read("src"), Err(HostError::IsFolder));
        assert!(read("Cargo.toml").is_ok_and(|bytes| !bytes.is_empty()));
    }

    #[test]
    fn listing_tells_folders_from_files() {
        let host = NativeHost::new();
        let entries = pollster::block_on(host.list(".")).unwrap();
        let is_folder = |name| entries.iter().find(|entry| entry.name == name).unwrap().is_folder;
        assert!(is_folder("src"));
        assert!(!is_folder("Cargo.toml"));
        assert_eq!(
            pollster::block_on(host.list("Cargo.toml")),
            Err(HostError::IsFile)
        );
    }

    #[test]
    #[cfg(unix)]
    fn an_absolute_path_has_no_dots_left() {
        for (path, expected) in [("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("/a/b/../../c/", "/c")] {
            assert_eq!(NativeHost::new().absolute(path).as_deref(), Ok(expected));
        }
    }
}
