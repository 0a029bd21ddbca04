//! Going through a compressed tar archive once, within bounds.
//!
//! Source of the rules: POSIX.1-2001 (pax), and the GNU tar manual for long names.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use ::tar::{Archive, EntryType, PaxExtensions};

use super::error::PackageError;
use super::gzip::Members;
use super::inside::{self, Links};
use super::limit;
use super::source::{Sequential, Source, Watched};
use super::zstd::{Frames, has_large_window};

/// How a tar archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// gzip (RFC 1952).
    Gzip,
    /// bzip2.
    Bzip2,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Packing {
    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "a tar archive packed with gzip",
            Self::Bzip2 => "a tar archive packed with bzip2",
            Self::Zstd => "a tar archive packed with zstd",
        }
    }

    const fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b],
            Self::Bzip2 => b"BZh",
            Self::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }
}

/// The longest path or link, in bytes, that an entry before the real one may bring.
const MAX_EXTENSION: u64 = 1 << 20;
/// How much of a source is read at once, in bytes.
const PIECE: usize = 64 << 10;

/// What stands in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file, or a hard link to one.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
}

/// An entry, while the walk stands at it.
pub(super) struct Entry<'e> {
    /// Its path with `/`, which leads nowhere out of the folder that it is unpacked into.
    pub(super) path: &'e str,
    pub(super) kind: Kind,
    content: &'e mut dyn Read,
    size: u64,
}

impl Entry<'_> {
    /// All of a file of at most `most` bytes.
    ///
    /// # Errors
    /// When it is larger, or the archive is damaged.
    pub(super) fn read(&mut self, most: u64) -> Result<Vec<u8>, PackageError> {
        limit::of_file(self.path, self.size, most)?;
        let mut bytes = Vec::new();
        self.content
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(|error| PackageError::decoding(&error))?;
        if bytes.len() as u64 != self.size {
            return Err(damaged("it ends within an entry"));
        }
        Ok(bytes)
    }
}

/// Shows `visit` every entry of the archive, in order, to its end.
///
/// # Errors
/// When the source is no such archive, an entry leads out of its folder, or it unpacks to too much; and what
/// `visit` says.
pub(super) fn walk(
    source: &dyn Source,
    packing: Packing,
    visit: impl FnMut(&mut Entry<'_>) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let watched = Watched::new(source);
    watched.explain(unpack(&watched, packing, visit))
}

fn unpack(
    source: &dyn Source,
    packing: Packing,
    visit: impl FnMut(&mut Entry<'_>) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let magic = packing.magic();
    let mut start = vec![0; magic.len()];
    let count = source
        .read_at(0, &mut start)
        .map_err(|error| PackageError::unreadable(&error))?;
    if start.get(..count) != Some(magic) {
        return Err(PackageError::Kind {
            expected: packing.name(),
        });
    }
    let packed = BufReader::with_capacity(PIECE, Sequential::new(source));
    let most = limit::unpacked(source.size());
    match packing {
        Packing::Gzip => entries(Members::new(packed), most, visit),
        Packing::Bzip2 => entries(bzip2::bufread::MultiBzDecoder::new(packed), most, visit),
        Packing::Zstd => entries(Frames::new(packed, has_large_window(source)?), most, visit),
    }
}

fn entries(
    unpacked: impl Read,
    most: u64,
    mut visit: impl FnMut(&mut Entry<'_>) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let told = |error: io::Error| PackageError::decoding(&error);
    // What the library says of a bad header repeats its bytes.
    let of_header = |error: io::Error| match error.kind() {
        io::ErrorKind::Other if !error.to_string().contains("EOF") => {
            damaged("the header of an entry is broken")
        }
        io::ErrorKind::Other => damaged("it ends within an entry"),
        _ => told(error),
    };
    let mut archive = Archive::new(limit::Limited::new(unpacked, most));
    let mut ahead = Ahead::default();
    let mut links = Links::new();
    // Raw, so that no entry is taken into memory before its size is looked at.
    for entry in archive.entries().map_err(told)?.raw(true) {
        let mut entry = entry.map_err(of_header)?;
        let size = entry.header().entry_size().map_err(of_header)?;
        let entry_type = entry.header().entry_type();
        let kind = match entry_type {
            EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader => {
                limit::of_file("header of an entry", size, MAX_EXTENSION)?;
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(told)?;
                match entry_type {
                    EntryType::GNULongName => ahead.path = Some(without_end(bytes)),
                    EntryType::GNULongLink => ahead.link = Some(without_end(bytes)),
                    _ => ahead.read(&bytes)?,
                }
                continue;
            }
            // What holds for all entries is nothing that is wanted here.
            EntryType::XGlobalHeader => continue,
            EntryType::Directory => Kind::Folder,
            EntryType::Symlink => Kind::Link,
            EntryType::Regular | EntryType::Continuous | EntryType::Link | EntryType::GNUSparse => Kind::File,
            _ => return Err(damaged("an entry is neither file, folder nor link")),
        };
        let Ahead {
            path,
            link,
            size: said,
        } = std::mem::take(&mut ahead);
        // Only what has 8 GiB or more cannot say so in its plain header.
        if said.is_some_and(|said| said != size) {
            return Err(damaged("an entry has two sizes"));
        }
        let path = path.unwrap_or_else(|| entry.path_bytes().into_owned());
        let link = link.or_else(|| entry.link_name_bytes().map(Cow::into_owned));
        // As it was before there was a type for folders.
        let is_folder = kind == Kind::File && path.ends_with(b"/");
        let kind = if is_folder { Kind::Folder } else { kind };
        let path = &*inside::path(&path)?;
        links.check(path)?;
        match (entry_type, link) {
            (EntryType::Symlink, Some(link)) => links.add(path, &link)?,
            (EntryType::Link, Some(link)) => drop(inside::path(&link)?),
            _ => {}
        }
        visit(&mut Entry {
            path,
            kind,
            content: &mut entry,
            size,
        })?;
    }
    links.finish()?;
    // What follows the last entry must be whole too: gzip's checksum stands at the very end.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(told)?;
    Ok(())
}

/// What headers before an entry say of it.
#[derive(Default)]
struct Ahead {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Ahead {
    /// Reads a pax header.
    fn read(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        for record in PaxExtensions::new(bytes) {
            let record = record.map_err(|error| PackageError::decoding(&error))?;
            let value = || record.value_bytes().to_vec();
            match record.key_bytes() {
                b"path" => self.path = Some(value()),
                b"linkpath" => self.link = Some(value()),
                b"size" => {
                    let size = record.value().ok().and_then(|text| text.parse().ok());
                    self.size = Some(size.ok_or_else(|| damaged("an entry's size is no number"))?);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// GNU tar ends a long name with a zero byte.
fn without_end(mut name: Vec<u8>) -> Vec<u8> {
    while name.last() == Some(&0) {
        name.pop();
    }
    name
}

fn damaged(reason: &str) -> PackageError {
    PackageError::Damaged {
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample;

    /// An archive with one entry of each path, packed with gzip.
    fn archive(paths: &[&str], kind: EntryType, link: &str) -> Vec<u8> {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = ::tar::Builder::new(encoder);
        for path in paths {
            let content: &[u8] = if kind.is_file() { b"content" } else { b"" };
            let mut header = ::tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.as_gnu_mut().unwrap().linkname[..link.len()].copy_from_slice(link.as_bytes());
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    fn paths(bytes: &[u8]) -> Result<Vec<String>, PackageError> {
        let mut found = Vec::new();
        walk(&bytes, Packing::Gzip, |entry| {
            found.push(entry.path.to_owned());
            if entry.kind == Kind::File {
                assert_eq!(entry.read(100)?, b"content");
            }
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn entries_come_in_order_and_none_leads_out() {
        let good = archive(&["package/a", "./package/b/", "c"], EntryType::Regular, "");
        assert_eq!(paths(&good).unwrap(), ["package/a", "package/b", "c"]);
        for bad in ["/etc/passwd", "../a", "a/../../b", "a\\..\\b", "C:/a"] {
            let error = paths(&archive(&[bad], EntryType::Regular, "")).unwrap_err();
            assert!(matches!(error, PackageError::UnsafePath { .. }), "{bad}: {error}");
        }
        for (link, is_good) in [("b", true), ("../b", true), ("../../b", false), ("/b", false)] {
            let result = paths(&archive(&["a/l"], EntryType::Symlink, link));
            assert_eq!(result.is_ok(), is_good, "{link}: {result:?}");
        }
    }

    #[test]
    fn long_names_are_read() {
        let long = format!("package/{}", "x/".repeat(200) + "y");
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = ::tar::Builder::new(encoder);
        let mut header = ::tar::Header::new_gnu();
        header.set_size(7);
        builder.append_data(&mut header, &long, &b"content"[..]).unwrap();
        let bytes = builder.into_inner().unwrap().finish().unwrap();
        assert_eq!(paths(&bytes).unwrap(), [long]);
    }

    /// As node-tar writes them, which says all that it knows.
    #[test]
    fn pax_headers_are_read() {
        for (path, size, is_good) in [("package/é", "7", true), ("../x", "7", false), ("a", "8", false)] {
            let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            let mut builder = ::tar::Builder::new(encoder);
            builder
                .append_pax_extensions([("path", path.as_bytes()), ("size", size.as_bytes())])
                .unwrap();
            let mut header = ::tar::Header::new_ustar();
            header.set_path("short").unwrap();
            header.set_size(7);
            header.set_cksum();
            builder.append(&header, &b"content"[..]).unwrap();
            let bytes = builder.into_inner().unwrap().finish().unwrap();
            let found = paths(&bytes);
            assert_eq!(found.is_ok(), is_good, "{path}: {found:?}");
            assert!(!is_good || found.unwrap() == [path]);
        }
    }

    #[test]
    fn what_is_cut_or_changed_is_damaged() {
        let good = archive(&["a", "b"], EntryType::Regular, "");
        for length in 0..good.len() {
            assert!(paths(&good[..length]).is_err(), "cut at {length}");
        }
        let mut changed = good.clone();
        let checksum = changed.len() - 5;
        changed[checksum] ^= 1;
        assert!(paths(&changed).is_err());
        assert!(matches!(paths(b"PK\x03\x04"), Err(PackageError::Kind { .. })));
    }

    #[test]
    fn what_is_wrong_is_told_in_words() {
        let good = archive(&["a", "b"], EntryType::Regular, "");
        let mut tar = Vec::new();
        flate2::read::GzDecoder::new(&*good)
            .read_to_end(&mut tar)
            .unwrap();
        let mut changed = tar.clone();
        changed[512 * 2..512 * 3].fill(0xff);
        for (tar, expected) in [
            (&changed[..], "is damaged: the header of an entry is broken"),
            (&tar[..512 + 3], "is damaged: it ends within an entry"),
            (
                &tar[..512 + 512 + 3],
                "is damaged: the header of an entry is broken",
            ),
        ] {
            let error = paths(&sample::gzip(tar)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_source_that_fails_is_not_damaged() {
        struct Failing(Vec<u8>);
        impl Source for Failing {
            fn size(&self) -> u64 {
                self.0.len() as u64
            }

            fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
                match offset {
                    0 => self.0.as_slice().read_at(0, buffer),
                    _ => Err(io::Error::other("the disk is gone")),
                }
            }
        }
        let tar = sample::tar(&[("a", &[0; 1 << 20])]);
        // Not packed, and so far longer than what is read at once.
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        io::Write::write_all(&mut gzip, &tar).unwrap();
        let source = Failing(gzip.finish().unwrap());
        let error = walk(&source, Packing::Gzip, |_| Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "cannot be read: the disk is gone");
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut header = ::tar::Header::new_gnu();
        header.set_path("a").unwrap();
        header.set_size(10_000_000_000);
        header.set_cksum();
        io::Write::write_all(&mut encoder, header.as_bytes()).unwrap();
        io::copy(&mut io::repeat(0).take(limit::unpacked(0) + 1), &mut encoder).unwrap();
        let bytes = encoder.finish().unwrap();
        assert!(matches!(paths(&bytes), Err(PackageError::TooLarge { .. })));
    }
}
