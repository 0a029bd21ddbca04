//! The headers of an RPM package: an index of tags, and a store with their values.

use std::cell::Cell;

use crate::package_file::error::PackageError;
use crate::package_file::source::Source;

/// How a header begins; one byte of version follows.
const MAGIC: [u8; 4] = [0x8e, 0xad, 0xe8, 0x01];
/// The length of a header before its index, and of an entry of the index, in bytes.
const PIECE: u64 = 16;
/// The most entries of an index, as rpm itself takes.
const MAX_ENTRIES: u64 = 0xffff;
/// The largest store that is read, in bytes.
const MAX_STORE: u64 = 32 << 20;
/// The most bytes that the texts of a header may take together.
const MAX_TEXTS: usize = 48 << 20;
/// What a text takes in memory beside its bytes, roughly, in bytes.
pub(super) const TEXT: usize = 40;
/// The most values of one tag.
const MAX_VALUES: usize = 1 << 18;

/// What a value is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(pub(super) u32);

impl Tag {
    // Of the signature.
    pub(super) const LONG_ARCHIVE_SIZE: Self = Self(271);
    pub(super) const HEADER_SHA256: Self = Self(273);
    pub(super) const ARCHIVE_SIZE: Self = Self(1007);

    // Of the header.
    pub(super) const NAME: Self = Self(1000);
    pub(super) const VERSION: Self = Self(1001);
    pub(super) const RELEASE: Self = Self(1002);
    pub(super) const EPOCH: Self = Self(1003);
    pub(super) const SUMMARY: Self = Self(1004);
    pub(super) const DESCRIPTION: Self = Self(1005);
    pub(super) const BUILD_TIME: Self = Self(1006);
    pub(super) const BUILD_HOST: Self = Self(1007);
    pub(super) const SIZE: Self = Self(1009);
    pub(super) const VENDOR: Self = Self(1011);
    pub(super) const LICENSE: Self = Self(1014);
    pub(super) const PACKAGER: Self = Self(1015);
    pub(super) const GROUP: Self = Self(1016);
    pub(super) const URL: Self = Self(1020);
    pub(super) const ARCH: Self = Self(1022);
    pub(super) const FILE_MODES: Self = Self(1030);
    pub(super) const FILE_FLAGS: Self = Self(1037);
    pub(super) const SOURCE_RPM: Self = Self(1044);
    pub(super) const CHANGE_TIMES: Self = Self(1080);
    pub(super) const CHANGE_NAMES: Self = Self(1081);
    pub(super) const CHANGE_TEXTS: Self = Self(1082);
    pub(super) const DIR_INDEXES: Self = Self(1116);
    pub(super) const BASE_NAMES: Self = Self(1117);
    pub(super) const DIR_NAMES: Self = Self(1118);
    pub(super) const LONG_SIZE: Self = Self(5009);
    pub(super) const PAYLOAD_DIGEST: Self = Self(5092);
    pub(super) const PAYLOAD_DIGEST_ALGORITHM: Self = Self(5093);

    /// Name, flags and version of each of `super::RELATIONS`.
    pub(super) const RELATIONS: [[Self; 3]; 8] = [
        [Self(1047), Self(1112), Self(1113)],
        [Self(1049), Self(1048), Self(1050)],
        [Self(1054), Self(1053), Self(1055)],
        [Self(1090), Self(1114), Self(1115)],
        [Self(5049), Self(5051), Self(5050)],
        [Self(5055), Self(5057), Self(5056)],
        [Self(5046), Self(5048), Self(5047)],
        [Self(5052), Self(5054), Self(5053)],
    ];
}

/// A header that was read.
pub(super) struct Header {
    index: Vec<Entry>,
    store: Vec<u8>,
    /// How many bytes of texts may still be taken, so that a small header cannot become large by values that
    /// overlap, or that are very many.
    left: Cell<usize>,
    /// Where it ends in the file, in bytes.
    pub(super) end: u64,
}

struct Entry {
    tag: u32,
    kind: u32,
    offset: usize,
    count: usize,
}

impl Header {
    /// Reads the header at `start`.
    pub(super) fn read(source: &dyn Source, start: u64) -> Result<Self, PackageError> {
        let mut intro = [0; PIECE as usize];
        fill(source, start, &mut intro)?;
        let (entries, size) = (
            u64::from(number(&intro[8..12])),
            u64::from(number(&intro[12..16])),
        );
        if intro[..4] != MAGIC {
            return Err(damaged("a header does not begin as headers do"));
        }
        if entries > MAX_ENTRIES || size > MAX_STORE {
            return Err(PackageError::TooLarge {
                reason: format!(
                    "a header has {entries} entries and {size} bytes; at most {MAX_ENTRIES} and {MAX_STORE} are read"
                ),
            });
        }
        let end = start + PIECE + entries * PIECE + size;
        if end > source.size() {
            return Err(damaged("it ends within a header"));
        }
        let mut raw = vec![0; usize::try_from(entries * PIECE).unwrap_or(0)];
        fill(source, start + PIECE, &mut raw)?;
        let mut store = vec![0; usize::try_from(size).unwrap_or(0)];
        fill(source, start + PIECE + entries * PIECE, &mut store)?;
        let index = raw
            .chunks_exact(PIECE as usize)
            .map(|entry| Entry {
                tag: number(&entry[..4]),
                kind: number(&entry[4..8]),
                offset: number(&entry[8..12]) as usize,
                count: number(&entry[12..16]) as usize,
            })
            .collect();
        Ok(Self {
            index,
            store,
            left: Cell::new(MAX_TEXTS),
            end,
        })
    }

    /// The texts of a tag; none where it is left out. What is not UTF-8 is taken for Latin-1, as repositories of old
    /// packages have it.
    pub(super) fn texts(&self, tag: Tag) -> Result<Vec<String>, PackageError> {
        const STRING: u32 = 6;
        const STRINGS: u32 = 8;
        const TRANSLATED: u32 = 9;
        let Some((entry, mut values)) = self.find(tag)? else {
            return Ok(Vec::new());
        };
        let count = match entry.kind {
            STRING => 1,
            STRINGS | TRANSLATED => entry.count,
            _ => return Err(damaged(&format!("tag {} is no text", tag.0))),
        };
        let mut texts = Vec::new();
        for _ in 0..count {
            let end = memchr::memchr(0, values);
            let end = end.ok_or_else(|| damaged(&format!("a text of tag {} does not end", tag.0)))?;
            let left = self.left.get().checked_sub(end + TEXT);
            self.left.set(left.ok_or_else(|| PackageError::TooLarge {
                reason: format!("the texts of a header take more than {MAX_TEXTS} bytes together"),
            })?);
            texts.push(match std::str::from_utf8(&values[..end]) {
                Ok(text) => text.to_owned(),
                Err(_) => values[..end].iter().map(|byte| char::from(*byte)).collect(),
            });
            values = &values[end + 1..];
        }
        Ok(texts)
    }

    /// The text of a tag; of translations the first, which is in English.
    pub(super) fn text(&self, tag: Tag) -> Result<Option<String>, PackageError> {
        Ok(self.texts(tag)?.into_iter().next())
    }

    /// The numbers of a tag; none where it is left out.
    pub(super) fn numbers(&self, tag: Tag) -> Result<Vec<u64>, PackageError> {
        let Some((entry, values)) = self.find(tag)? else {
            return Ok(Vec::new());
        };
        let width = match entry.kind {
            3 => 2,
            4 => 4,
            5 => 8,
            _ => return Err(damaged(&format!("tag {} is no number", tag.0))),
        };
        let bytes = values
            .get(..entry.count * width)
            .ok_or_else(|| damaged(&format!("tag {} goes beyond its header", tag.0)))?;
        let read = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        Ok(bytes.chunks_exact(width).map(read).collect())
    }

    /// The first number of a tag.
    pub(super) fn number(&self, tag: Tag) -> Result<Option<u64>, PackageError> {
        Ok(self.numbers(tag)?.into_iter().next())
    }

    /// A tag's entry, and the store from its first value on.
    fn find(&self, tag: Tag) -> Result<Option<(&Entry, &[u8])>, PackageError> {
        let mut entries = self.index.iter().filter(|entry| entry.tag == tag.0);
        let Some(entry) = entries.next() else {
            return Ok(None);
        };
        if entries.next().is_some() {
            return Err(PackageError::Twice {
                what: format!("tag {} in its header", tag.0),
            });
        }
        if entry.count > MAX_VALUES {
            return Err(PackageError::TooLarge {
                reason: format!(
                    "tag {} has {} values; at most {MAX_VALUES} are read",
                    tag.0, entry.count
                ),
            });
        }
        let values = self.store.get(entry.offset..);
        let values = values.ok_or_else(|| damaged(&format!("tag {} is beyond its header", tag.0)))?;
        Ok(Some((entry, values)))
    }
}

/// Fills all of `buffer` from `offset` on.
pub(super) fn fill(source: &dyn Source, offset: u64, buffer: &mut [u8]) -> Result<(), PackageError> {
    let count = source
        .read_at(offset, buffer)
        .map_err(|error| PackageError::unreadable(&error))?;
    if count < buffer.len() {
        return Err(damaged("it ends too early"));
    }
    Ok(())
}

fn damaged(reason: &str) -> PackageError {
    PackageError::Damaged {
        reason: reason.to_owned(),
    }
}

/// Four bytes as a number, the highest first.
fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}
