//! The index of a git repository: which files git tracks.
//!
//! Source: git's "gitformat-index", versions 2, 3 and 4 with SHA-1 names. A split index keeps part of its entries in
//! another file, which is not read.

/// What an entry holds before its flags: times, device, mode, owner, size and the SHA-1 name, in bytes.
const BEFORE_FLAGS: usize = 60;
/// The flag that says that two more bytes of flags follow.
const EXTENDED: u16 = 0x4000;
/// The bits of the flags that hold the length of the path.
const LENGTH: u16 = 0x0fff;

/// Why an index cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It does not begin as one.
    #[error("this is not a git index")]
    NotAnIndex,
    /// It is of a version that is not known.
    #[error("version {0} of git's index is not known")]
    Version(u32),
    /// It ends too early, or says something that cannot be.
    #[error("git's index is damaged")]
    Damaged,
}

/// Whether the index names `path`, which is relative to the work tree and has `/` between its parts.
///
/// # Errors
/// When these bytes are no index that can be read up to where `path` would be.
pub fn tracks(index: &[u8], path: &str) -> Result<bool, IndexError> {
    let mut is_there = false;
    each_path(index, |name| {
        is_there |= name == path.as_bytes();
        !is_there
    })?;
    Ok(is_there)
}

/// Gives `take` every path of the index until it wants no more, and what follows the last entry.
fn each_path(index: &[u8], mut take: impl FnMut(&[u8]) -> bool) -> Result<&[u8], IndexError> {
    let mut rest = Reader(index);
    if rest.take(4) != Some(b"DIRC") {
        return Err(IndexError::NotAnIndex);
    }
    let version = rest.u32().ok_or(IndexError::NotAnIndex)?;
    if !(2..=4).contains(&version) {
        return Err(IndexError::Version(version));
    }
    let count = rest.u32().ok_or(IndexError::Damaged)?;
    // A count that is made up ends with the bytes: every entry takes some.
    let mut name = Vec::new();
    for _ in 0..count {
        rest.entry(version, &mut name).ok_or(IndexError::Damaged)?;
        if !take(&name) {
            break;
        }
    }
    Ok(rest.0)
}

/// The paths that git tracks below some folder, relative to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// Sorted by their bytes.
    paths: Vec<String>,
    is_known: bool,
}

impl Default for Tracked {
    /// Nothing, as where there is no repository.
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            is_known: true,
        }
    }
}

impl Tracked {
    /// What the index names. Where it cannot be read, or names only a part, that is not known.
    #[must_use]
    pub fn of(index: &[u8]) -> Self {
        let mut paths = Vec::new();
        let rest = each_path(index, |name| {
            paths.push(String::from_utf8_lossy(name).into_owned());
            true
        });
        paths.sort_unstable();
        Self {
            paths,
            is_known: rest.is_ok_and(|rest| !rest.starts_with(SPLIT)),
        }
    }

    /// Whether it is known what git tracks.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.is_known
    }

    /// Whether git tracks this file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        let found = self.paths.binary_search_by(|other| other.as_str().cmp(path));
        found.is_ok()
    }

    /// Whether git tracks anything below `folder`, which ends with `/`.
    #[must_use]
    pub fn has_below(&self, folder: &str) -> bool {
        let first = self.paths.partition_point(|path| path.as_str() < folder);
        self.paths.get(first).is_some_and(|path| path.starts_with(folder))
    }

    /// Leaves what is below `folder`, which is empty or ends with `/`, relative to it.
    #[must_use]
    pub fn below(mut self, folder: &str) -> Self {
        if !folder.is_empty() {
            self.paths = self
                .paths
                .iter()
                .filter_map(|path| path.strip_prefix(folder).map(str::to_owned))
                .collect();
        }
        self
    }

    /// The same paths, relative to the folder in which this one has the path `folder`, which is empty or ends with
    /// `/`.
    #[must_use]
    pub fn within(mut self, folder: &str) -> Self {
        if !folder.is_empty() {
            for path in &mut self.paths {
                path.insert_str(0, folder);
            }
        }
        self
    }
}

/// What a split index begins its first extension with.
const SPLIT: &[u8] = b"link";

/// The bytes that have not been read. Each step gives `None` where they end too early.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// What stands before the next zero byte; the zero is taken too.
    fn until_zero(&mut self) -> Option<&'a [u8]> {
        let length = memchr::memchr(0, self.0)?;
        let taken = self.take(length)?;
        self.take(1)?;
        Some(taken)
    }

    /// Reads an entry, whose name takes the place of the one before it in `name`.
    fn entry(&mut self, version: u32, name: &mut Vec<u8>) -> Option<()> {
        self.take(BEFORE_FLAGS)?;
        let flags = self.u16()?;
        let is_extended = version >= 3 && flags & EXTENDED != 0;
        if is_extended {
            self.take(2)?;
        }
        if version == 4 {
            let kept = name.len().checked_sub(self.offset()?)?;
            name.truncate(kept);
            name.extend(self.until_zero()?);
            return Some(());
        }
        name.clear();
        let length = flags & LENGTH;
        if length < LENGTH {
            name.extend(self.take(usize::from(length))?);
        } else {
            // A path this long is measured by its zero byte, which is the first byte of the padding.
            let length = memchr::memchr(0, self.0)?;
            name.extend(self.take(length)?);
        }
        // One to eight zero bytes fill the entry up to a multiple of eight.
        let size = BEFORE_FLAGS + 2 + usize::from(is_extended) * 2 + name.len();
        self.take(8 - size % 8)?;
        Some(())
    }

    /// A number as git's pack files write offsets: seven bits a byte, the highest first, each further byte
    /// adding one to what is before it.
    fn offset(&mut self) -> Option<usize> {
        let mut byte = self.u8()?;
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.u8()?;
            value = value
                .checked_add(1)?
                .checked_mul(0x80)?
                .checked_add(usize::from(byte & 0x7f))?;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An index of these paths, as git would write it.
    fn index(version: u32, paths: &[&str]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
        let mut before = "";
        for (number, path) in paths.iter().enumerate() {
            let start = bytes.len();
            bytes.extend([7; BEFORE_FLAGS]);
            let is_extended = version >= 3 && number % 2 == 1;
            let length = u16::try_from(path.len()).unwrap().min(LENGTH);
            let flags = length | if is_extended { EXTENDED } else { 0 };
            bytes.extend(flags.to_be_bytes());
            if is_extended {
                bytes.extend([0x20, 0]);
            }
            if version == 4 {
                let same = before
                    .bytes()
                    .zip(path.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                bytes.extend(offset(before.len() - same));
                bytes.extend(path[same..].bytes().chain([0]));
                before = path;
            } else {
                bytes.extend(path.bytes());
                let size = bytes.len() - start;
                bytes.extend(vec![0; 8 - size % 8]);
            }
        }
        bytes
    }

    fn offset(mut value: usize) -> Vec<u8> {
        let mut bytes = vec![(value & 0x7f) as u8];
        while value > 0x7f {
            value = (value >> 7) - 1;
            bytes.insert(0, 0x80 | (value & 0x7f) as u8);
        }
        bytes
    }

    #[test]
    fn tracked_paths_are_found_in_every_version() {
        let long = format!("{}/.npmrc", "d".repeat(5000));
        let paths = [".npmrc", "a", "a/.npmrc", "ab", &long, "é/b", "z"];
        for version in 2..=4 {
            let index = index(version, &paths);
            for path in paths {
                assert_eq!(tracks(&index, path), Ok(true), "{version} {path}");
            }
            for path in ["npmrc", "b/.npmrc", "", "a/"] {
                assert_eq!(tracks(&index, path), Ok(false), "{version} {path}");
            }
        }
    }

    #[test]
    fn tracked_paths_are_found_by_folder() {
        let tracked = Tracked::of(&index(4, &["a-b", "a.txt", "a/b", "a/c/d"]));
        assert!(tracked.has("a/b") && !tracked.has("a") && !tracked.has("b"));
        assert!(tracked.has_below("a/") && tracked.has_below("a/c/") && !tracked.has_below("a/b/"));
        let below = tracked.clone().below("a/");
        assert!(below.has("c/d") && !below.has("a.txt"));
        assert!(below.within("x/a/").has("x/a/b"));
        assert!(tracked.is_known() && Tracked::default().is_known());
        let mut split = index(2, &["a"]);
        split.extend(b"link\0\0\0\x14");
        assert!(!Tracked::of(&split).is_known() && !Tracked::of(b"x").is_known());
    }

    #[test]
    fn what_is_no_index_is_told() {
        let mut whole = index(2, &["a", "b"]);
        assert_eq!(tracks(b"", "a"), Err(IndexError::NotAnIndex));
        assert_eq!(tracks(b"PACK\0\0\0\x02", "a"), Err(IndexError::NotAnIndex));
        assert_eq!(
            tracks(b"DIRC\0\0\0\x05\0\0\0\0", "a"),
            Err(IndexError::Version(5))
        );
        whole.truncate(whole.len() - 1);
        assert_eq!(tracks(&whole, "c"), Err(IndexError::Damaged));
        // A first entry of version 4 that takes away from a name that is not there.
        let mut damaged = index(4, &["a"]);
        let at = 12 + BEFORE_FLAGS + 2;
        damaged[at] = 9;
        assert_eq!(tracks(&damaged, "a"), Err(IndexError::Damaged));
    }

    proptest! {
        #[test]
        fn nothing_panics(version in 2u8..=4, rest in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut bytes = b"DIRC\0\0\0".to_vec();
            bytes.push(version);
            bytes.extend([0, 0, 0, 9]);
            bytes.extend(rest);
            let _ = tracks(&bytes, "a");
        }
    }
}
