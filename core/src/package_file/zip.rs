//! Reading a few entries of a zip archive, within bounds.
//!
//! Source of the rules: PKWARE's APPNOTE.TXT.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder};

use super::error::PackageError;
use super::inside::{self, Links};
use super::limit;
use super::source::Source;

/// The most entries that are listed.
const MAX_ENTRIES: usize = 100_000;
/// The most bytes that their paths may have together: all are held in memory.
const MAX_PATHS: usize = 16 << 20;
/// The longest target of a symbolic link, in bytes.
const MAX_TARGET: u64 = 4096;
/// How much is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// An entry as the archive's directory names it.
pub(super) struct Entry {
    /// Its path with `/`, which leads nowhere out of the folder that it is unpacked into.
    pub(super) path: String,
    pub(super) is_folder: bool,
    is_link: bool,
    /// What it unpacks to, in bytes, as it claims.
    pub(super) size: u64,
    method: CompressionMethod,
    is_encrypted: bool,
    place: ZipArchiveEntryWayfinder,
}

/// An open archive.
pub(super) struct Zip<'s> {
    archive: ZipArchive<Positioned<'s>>,
    pub(super) entries: Vec<Entry>,
}

struct Positioned<'s>(&'s dyn Source);

impl ReaderAt for Positioned<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(offset, buffer)
    }
}

/// The bytes of an entry that is not packed, as a source of their own.
pub(super) struct Stored<'s> {
    source: &'s dyn Source,
    start: u64,
    end: u64,
}

impl Source for Stored<'_> {
    fn size(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        self.source
            .read_at(self.start.saturating_add(offset), &mut buffer[..most])
    }
}

impl<'s> Zip<'s> {
    /// Reads the archive's directory.
    ///
    /// # Errors
    /// When the source is no zip, an entry leads out of its folder or is there twice, or they claim too much.
    pub(super) fn open(source: &'s dyn Source) -> Result<Self, PackageError> {
        let mut start = [0; 4];
        let count = source
            .read_at(0, &mut start)
            .map_err(|error| PackageError::unreadable(&error))?;
        // An empty archive has no entry to begin with.
        if count < 4 || !matches!(&start, b"PK\x03\x04" | b"PK\x05\x06") {
            return Err(PackageError::Kind {
                expected: "a zip archive",
            });
        }
        let mut buffer = vec![0; PIECE];
        let archive = rawzip::ZipLocator::new()
            .locate_in_reader(Positioned(source), &mut buffer, source.size())
            .map_err(|(_, error)| damaged(&error))?;
        let mut entries = Vec::new();
        let (mut claimed, mut paths) = (0_u64, 0);
        let most = limit::unpacked(source.size());
        let mut records = archive.entries(&mut buffer);
        while let Some(record) = records.next_entry().map_err(|error| damaged(&error))? {
            let raw = record.file_path();
            let path = match inside::path(raw.as_ref())? {
                Cow::Borrowed(path) => path.to_owned(),
                // Readers who look for it by its name would not find what others unpack.
                Cow::Owned(path) => {
                    return Err(PackageError::content(
                        path,
                        "its path has an empty part, or a dot",
                    ));
                }
            };
            claimed = claimed.saturating_add(record.uncompressed_size_hint());
            paths += path.len();
            if claimed > most {
                return Err(too_large(limit::exceeded(most)));
            }
            if entries.len() == MAX_ENTRIES || paths > MAX_PATHS {
                return Err(too_large(format!(
                    "at most {MAX_ENTRIES} entries are read, with paths of {MAX_PATHS} bytes together"
                )));
            }
            entries.push(Entry {
                path,
                is_folder: record.is_dir(),
                is_link: record.mode().is_symlink(),
                size: record.uncompressed_size_hint(),
                method: record.compression_method(),
                is_encrypted: record.flags().is_encrypted(),
                place: record.wayfinder(),
            });
        }
        if let Some(path) = twice(&entries) {
            return Err(PackageError::Twice {
                what: path.to_owned(),
            });
        }
        Ok(Self { archive, entries })
    }

    /// The entry at `path`.
    pub(super) fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path == path)
    }

    /// All of an entry of at most `most` bytes, checked against its checksum.
    ///
    /// # Errors
    /// When it is larger, damaged, encrypted, or packed in a way that packages are not.
    pub(super) fn read(&self, entry: &Entry, most: u64) -> Result<Vec<u8>, PackageError> {
        limit::of_file(&entry.path, entry.size, most)?;
        let mut bytes = Vec::new();
        self.unpack(entry, |content| {
            content.take(most).read_to_end(&mut bytes).map(drop)
        })?;
        Ok(bytes)
    }

    /// Unpacks every entry and throws it away, so that what is not whole is found before it is sent. As much is
    /// unpacked as the entries claim, which is within bounds.
    ///
    /// # Errors
    /// When an entry is damaged, encrypted, or packed in a way that packages are not.
    pub(super) fn verify(&self) -> Result<(), PackageError> {
        for entry in &self.entries {
            self.unpack(entry, |content| io::copy(content, &mut io::sink()).map(drop))?;
        }
        Ok(())
    }

    /// Checks where symbolic links lead, as those who unpack with the modes of files make them.
    ///
    /// # Errors
    /// When one leads out of the package's folder, or an entry lies behind one.
    pub(super) fn check_links(&self) -> Result<(), PackageError> {
        let mut links = Links::new();
        for entry in &self.entries {
            links.check(&entry.path)?;
            if entry.is_link {
                links.add(&entry.path, &self.read(entry, MAX_TARGET)?)?;
            }
        }
        links.finish()
    }

    /// The bytes of an entry that is not packed, checked against its checksum.
    ///
    /// # Errors
    /// When it is packed or damaged.
    pub(super) fn stored(&self, entry: &Entry) -> Result<Stored<'s>, PackageError> {
        if entry.method != CompressionMethod::STORE {
            return Err(PackageError::content(&entry.path, "it is packed a second time"));
        }
        self.unpack(entry, |content| io::copy(content, &mut io::sink()).map(drop))?;
        let place = self
            .archive
            .get_entry(entry.place)
            .map_err(|error| damaged(&error))?;
        let (start, end) = place.compressed_data_range();
        Ok(Stored {
            source: self.archive.get_ref().0,
            start,
            end,
        })
    }

    /// Gives `take` the entry's content, which fails at its end when it is not of the size and checksum that it
    /// claims.
    fn unpack(
        &self,
        entry: &Entry,
        take: impl FnOnce(&mut dyn Read) -> io::Result<()>,
    ) -> Result<(), PackageError> {
        if entry.is_encrypted {
            return Err(PackageError::content(&entry.path, "it is encrypted"));
        }
        let packed = self
            .archive
            .get_entry(entry.place)
            .map_err(|error| damaged(&error))?;
        let mut buffer = vec![0; PIECE];
        let local = packed
            .local_header(&mut buffer)
            .map_err(|error| damaged(&error))?;
        let raw = local.file_path();
        let name = inside::path(raw.as_ref())?;
        let (start, end) = packed.compressed_data_range();
        // Some tools note that a folder is deflated, and write not even an empty block: whoever unpacks makes the folder.
        if entry.is_folder && entry.size == 0 && start == end && name == entry.path {
            return Ok(());
        }
        // Who unpacks without the directory, while the bytes arrive, would see another package.
        if name != entry.path || local.compression_method() != entry.method {
            return Err(PackageError::content(
                &entry.path,
                format!("the archive's directory and its own header, of {name:?}, disagree"),
            ));
        }
        let reader = BufReader::with_capacity(PIECE, packed.reader());
        let taken = match entry.method {
            CompressionMethod::STORE => take(&mut packed.verifying_reader(reader)),
            CompressionMethod::DEFLATE => {
                take(&mut packed.verifying_reader(flate2::bufread::DeflateDecoder::new(reader)))
            }
            method => {
                return Err(PackageError::content(
                    &entry.path,
                    format!("it is packed by {method}, not by deflate"),
                ));
            }
        };
        taken.map_err(|error| PackageError::Damaged {
            reason: format!("{}: {error}", entry.path),
        })
    }
}

/// A path that two entries have.
fn twice(entries: &[Entry]) -> Option<&str> {
    let mut paths: Vec<&str> = entries.iter().map(|entry| &*entry.path).collect();
    paths.sort_unstable();
    let pair = paths.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(pair[0])
}

fn too_large(reason: String) -> PackageError {
    PackageError::TooLarge { reason }
}

fn damaged(error: &rawzip::Error) -> PackageError {
    PackageError::Damaged {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::{self, Zipped};

    /// All contents of at most `most` bytes each, in order.
    fn contents(bytes: &[u8], most: u64) -> Result<Vec<(String, Vec<u8>)>, PackageError> {
        let zip = Zip::open(&bytes)?;
        let read = |entry: &Entry| Ok((entry.path.clone(), zip.read(entry, most)?));
        zip.entries.iter().map(read).collect()
    }

    fn one(change: impl Fn(&mut Zipped<'_>)) -> Vec<u8> {
        let mut entry = Zipped::new("a", b"content");
        change(&mut entry);
        sample::zip_of(&[entry])
    }

    #[test]
    fn entries_are_found_and_read_packed_or_not() {
        let mut plain = Zipped::new("d/b", b"more");
        plain.is_deflated = false;
        let bytes = sample::zip_of(&[Zipped::new("a", b"content"), plain, Zipped::new("e/", b"")]);
        let source = bytes.as_slice();
        let zip = Zip::open(&source).unwrap();
        let folders: Vec<_> = zip.entries.iter().map(|entry| entry.is_folder).collect();
        assert_eq!(folders, [false, false, true]);
        assert_eq!(zip.read(zip.entry("a").unwrap(), 7).unwrap(), b"content");
        assert_eq!(zip.read(zip.entry("d/b").unwrap(), 4).unwrap(), b"more");
        assert!(zip.entry("d").is_none());
        zip.verify().unwrap();
        let stored = zip.stored(zip.entry("d/b").unwrap()).unwrap();
        let mut buffer = [0; 8];
        assert_eq!((stored.size(), stored.read_at(1, &mut buffer).unwrap()), (4, 3));
        assert_eq!(&buffer[..3], b"ore");
        assert_eq!(stored.read_at(9, &mut buffer).unwrap(), 0);
        assert!(zip.stored(zip.entry("a").unwrap()).is_err());
    }

    #[test]
    fn a_folder_may_be_deflated_to_nothing() {
        let zip = |path: &'static str, content: &'static [u8]| {
            let mut entry = Zipped::new(path, content);
            entry.is_deflated = false;
            let mut bytes = sample::zip_of(&[entry, Zipped::new("a", b"content")]);
            // Says that it is deflated: in its own header, and in the directory.
            let directory = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
            bytes[8] = 8;
            bytes[directory + 10] = 8;
            bytes
        };
        for (path, content, is_good) in [
            ("d/", &b""[..], true),
            ("d/", b"x", false),
            ("d", b"", false),
            ("../d/", b"", false),
        ] {
            let bytes = zip(path, content);
            let source = bytes.as_slice();
            let verified = Zip::open(&source).and_then(|zip| zip.verify());
            assert_eq!(verified.is_ok(), is_good, "{path} {content:?}: {verified:?}");
        }
    }

    #[test]
    fn no_entry_leads_out_and_none_is_there_twice() {
        for bad in ["/etc/passwd", "../a", "a/../../b", "a\\b", "C:/a", "a\n"] {
            let error = contents(&sample::zip(&[(bad, b"")]), 9).unwrap_err();
            assert!(matches!(error, PackageError::UnsafePath { .. }), "{bad}: {error}");
        }
        for bad in ["a//b", "a/./b", "././a"] {
            let error = contents(&sample::zip(&[(bad, b"")]), 9).unwrap_err();
            assert_eq!(error.code(), "package-content", "{bad}: {error}");
        }
        let twice = sample::zip(&[("a", b"1"), ("b", b""), ("a", b"2")]);
        assert!(matches!(contents(&twice, 9), Err(PackageError::Twice { what }) if what == "a"));
    }

    #[test]
    fn links_are_followed_by_those_who_make_them() {
        let link = |path: &'static str, target: &'static [u8]| Zipped {
            is_link: true,
            ..Zipped::new(path, target)
        };
        for (entries, is_good) in [
            ([Zipped::new("a/l", b"../../x"), Zipped::new("b", b"")], true),
            ([link("a/l", b"../x"), Zipped::new("b", b"")], true),
            ([link("a/l", b"../../x"), Zipped::new("b", b"")], false),
            ([link("l", b"a"), Zipped::new("l/b", b"")], false),
        ] {
            let bytes = sample::zip_of(&entries);
            let checked = Zip::open(&bytes.as_slice()).unwrap().check_links();
            assert_eq!(checked.is_ok(), is_good, "{checked:?}");
        }
    }

    #[test]
    fn an_archive_of_very_many_or_long_paths_is_refused() {
        let long = "x/".repeat(2000);
        let paths: Vec<String> = (0..MAX_PATHS / long.len() + 1)
            .map(|at| format!("{long}{at}"))
            .collect();
        let entries: Vec<_> = paths.iter().map(|path| Zipped::new(path, b"")).collect();
        let error = contents(&sample::zip_of(&entries), 9).unwrap_err();
        assert_eq!(error.code(), "package-too-large");
        assert!(error.to_string().contains("entries"), "{error}");
    }

    #[test]
    fn what_claims_or_unpacks_to_too_much_is_refused() {
        let claims = |size: u32| one(|entry| entry.claimed = Some(size));
        // Three of the most that a header without extensions can claim: 12 GB.
        let mut large = Zipped::new("a", b"content");
        large.claimed = Some(u32::MAX - 1);
        let mut larger = Zipped::new("b", b"content");
        larger.claimed = Some(u32::MAX - 1);
        let most = [large, larger, Zipped::new("c", b"")];
        for bytes in [sample::zip_of(&most), claims(u32::MAX - 1), claims(600 << 20)] {
            assert!(matches!(contents(&bytes, 9), Err(PackageError::TooLarge { .. })));
        }
        assert!(matches!(
            contents(&claims(1000), 999),
            Err(PackageError::TooLarge { .. })
        ));
        // Zeros that claim to be few: reading stops soon after the claim.
        let zeros = vec![0; 4 << 20];
        let mut bomb = Zipped::new("a", &zeros);
        bomb.claimed = Some(10);
        let bomb = sample::zip_of(&[bomb]);
        assert!(matches!(contents(&bomb, 100), Err(PackageError::Damaged { .. })));
        assert!(Zip::open(&bomb.as_slice()).unwrap().verify().is_err());
    }

    #[test]
    fn a_claim_of_ten_gigabytes_in_zip64_is_refused() {
        let mut bytes = one(|entry| entry.claimed = Some(u32::MAX));
        let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        let end = bytes.windows(4).position(|four| four == b"PK\x05\x06").unwrap();
        // The extra field of zip64, with the size before packing alone.
        let mut extra = vec![1, 0, 8, 0];
        extra.extend(10_000_000_000_u64.to_le_bytes());
        bytes[entry + 30] = 12;
        bytes[end + 12] += 12;
        bytes.splice(end..end, extra);
        assert!(matches!(contents(&bytes, 9), Err(PackageError::TooLarge { .. })));
    }

    #[test]
    fn what_is_cut_changed_or_encrypted_is_refused() {
        let good = sample::zip(&[("a", b"content"), ("b", b"content")]);
        assert!(contents(&good, 9).is_ok());
        for length in 0..good.len() {
            assert!(contents(&good[..length], 9).is_err(), "cut at {length}");
        }
        for (bytes, expected) in [
            (one(|entry| entry.checksum_off_by = 1), "package-damaged"),
            (one(|entry| entry.claimed = Some(8)), "package-damaged"),
            (one(|entry| entry.claimed = Some(6)), "package-damaged"),
            (one(|entry| entry.flags = 1), "package-content"),
            (b"\x1f\x8b\x08\x00".to_vec(), "package-kind"),
            (Vec::new(), "package-kind"),
        ] {
            assert_eq!(contents(&bytes, 9).unwrap_err().code(), expected);
        }
        // The name in its own header, and how it is packed there.
        for place in [30, 8] {
            let mut other = one(|_| {});
            other[place] ^= 3;
            assert_eq!(
                contents(&other, 9).unwrap_err().code(),
                "package-content",
                "{place}"
            );
        }
        let mut broken = good.clone();
        broken[31] ^= 0xff;
        assert_eq!(contents(&broken, 9).unwrap_err().code(), "package-damaged");
    }

    #[test]
    fn an_empty_archive_has_no_entries() {
        assert_eq!(contents(&sample::zip(&[]), 9).unwrap(), []);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let good = sample::zip(&[("a", b"content"), ("d/b", b"more")]);
        sample::survives(&good, |source| {
            let Ok(zip) = Zip::open(source) else { return };
            let _ = zip.verify();
            for entry in &zip.entries {
                let _ = zip.read(entry, 100);
                let _ = zip.stored(entry);
            }
        });
    }
}
