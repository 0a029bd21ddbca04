//! Going through a compressed tar archive once, within bounds.
//!
//! Source of the rules: POSIX.1-2001 (pax), and the GNU tar manual for long names.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use ::tar::{Archive, EntryType, PaxExtensions};
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder, StreamingDecoder};

use super::error::PackageError;
use super::source::{Sequential, Source};
use super::{inside, limit};

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
/// The largest window, in bytes, with which Zstandard unpacks without limit: what its levels up to 19 use, which
/// are the ones that conda's tools use by themselves.
const MAX_WINDOW: u64 = 8 << 20;
/// The most bytes that an archive with a larger window may unpack to, since all are held in memory: the first comes
/// out of the decoder when its window is full.
const MAX_IN_WINDOW: usize = 16 << 20;
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
            .map_err(|error| PackageError::reading(&error))?;
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
    let magic = packing.magic();
    let mut start = vec![0; magic.len()];
    let count = source
        .read_at(0, &mut start)
        .map_err(|error| PackageError::reading(&error))?;
    if start.get(..count) != Some(magic) {
        return Err(PackageError::Kind {
            expected: packing.name(),
        });
    }
    let packed = BufReader::with_capacity(PIECE, Sequential::new(source));
    let most = limit::unpacked(source.size());
    match packing {
        Packing::Gzip => entries(flate2::bufread::MultiGzDecoder::new(packed), most, visit),
        Packing::Bzip2 => entries(bzip2::bufread::MultiBzDecoder::new(packed), most, visit),
        Packing::Zstd if has_large_window(source)? => entries(in_memory(packed)?, most, visit),
        Packing::Zstd => {
            let decoder = StreamingDecoder::new(packed).map_err(|error| broken(&error))?;
            entries(decoder, most, visit)
        }
    }
}

/// Unpacks all of a source, up to [`MAX_IN_WINDOW`].
fn in_memory(mut packed: impl Read) -> Result<FrameDecoder, PackageError> {
    let mut decoder = FrameDecoder::new();
    decoder.init(&mut packed).map_err(|error| broken(&error))?;
    decoder
        .decode_blocks(&mut packed, BlockDecodingStrategy::UptoBytes(MAX_IN_WINDOW))
        .map_err(|error| broken(&error))?;
    if decoder.is_finished() {
        return Ok(decoder);
    }
    Err(PackageError::TooLarge {
        reason: format!(
            "it unpacks to more than {MAX_IN_WINDOW} bytes in a window of more than {MAX_WINDOW}"
        ),
    })
}

fn broken(error: &FrameDecoderError) -> PackageError {
    PackageError::Damaged {
        reason: error.to_string(),
    }
}

/// Whether a source that is packed with Zstandard can be gone through only where it is no larger than
/// [`MAX_IN_WINDOW`].
///
/// # Errors
/// When it cannot be read.
pub(super) fn has_large_window(source: &dyn Source) -> Result<bool, PackageError> {
    // RFC 8878, section 3.1.1.1: after the magic number a byte of flags, then the window's size in one byte,
    // unless it is the content's, which follows an id of up to four bytes.
    let mut header = [0; 17];
    source
        .read_at(0, &mut header)
        .map_err(|error| PackageError::reading(&error))?;
    let [_, _, _, _, flags, rest @ ..] = header;
    let window = if flags & 0x20 == 0 {
        let base = 1_u64 << (10 + (rest[0] >> 3));
        base + base / 8 * u64::from(rest[0] & 7)
    } else {
        let id = [0, 1, 2, 4][usize::from(flags & 3)];
        let length = [1, 2, 4, 8][usize::from(flags >> 6)];
        let mut size = [0; 8];
        size[..length].copy_from_slice(&rest[id..id + length]);
        u64::from_le_bytes(size)
    };
    Ok(window > MAX_WINDOW)
}

fn entries(
    unpacked: impl Read,
    most: u64,
    mut visit: impl FnMut(&mut Entry<'_>) -> Result<(), PackageError>,
) -> Result<(), PackageError> {
    let told = |error: io::Error| PackageError::reading(&error);
    let mut archive = Archive::new(limit::Limited::new(unpacked, most));
    let mut ahead = Ahead::default();
    // Raw, so that no entry is taken into memory before its size is looked at.
    for entry in archive.entries().map_err(told)?.raw(true) {
        let mut entry = entry.map_err(told)?;
        let size = entry.header().entry_size().map_err(told)?;
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
        let path = inside::path(&path)?;
        match (entry_type, link) {
            (EntryType::Symlink, Some(link)) => inside::link(path, &link)?,
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
            let record = record.map_err(|error| PackageError::reading(&error))?;
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
    fn the_window_of_zstandard_is_read_from_its_header() {
        let magic = [0x28, 0xb5, 0x2f, 0xfd];
        for (rest, is_large) in [
            (&[0x00, 0x68][..], false),               // 8 MiB, which is 1 << (10 + 13)
            (&[0x00, 0x69], true),                    // and an eighth more
            (&[0x00, 0x88], true),                    // 128 MiB
            (&[0x20, 0xff], false),                   // a content of 255 bytes in one piece
            (&[0xa0, 0x00, 0x00, 0x80, 0x00], false), // of 8 MiB
            (&[0xa0, 0x01, 0x00, 0x80, 0x00], true),  // and a byte more
            (&[0xa3, 1, 2, 3, 4, 0x01, 0x00, 0x80, 0x00], true), // after an id
            (&[], false),
        ] {
            let bytes = [&magic[..], rest].concat();
            assert_eq!(has_large_window(&bytes.as_slice()).unwrap(), is_large, "{rest:?}");
        }
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
