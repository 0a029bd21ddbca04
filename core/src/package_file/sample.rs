//! Small archives for the tests of this folder, good ones and bad ones.

use std::io::Write as _;

use super::source::Source;

/// An entry of a zip archive, and the lies that it may tell.
pub(super) struct Zipped<'a> {
    pub(super) path: &'a str,
    pub(super) content: &'a [u8],
    pub(super) is_deflated: bool,
    pub(super) flags: u16,
    /// What it claims to unpack to, in bytes, where that is not its size.
    pub(super) claimed: Option<u32>,
    /// Added to the right checksum.
    pub(super) checksum_off_by: u32,
    pub(super) is_link: bool,
}

impl<'a> Zipped<'a> {
    pub(super) fn new(path: &'a str, content: &'a [u8]) -> Self {
        Self {
            path,
            content,
            is_deflated: true,
            flags: 0,
            claimed: None,
            checksum_off_by: 0,
            is_link: false,
        }
    }

    fn packed(&self) -> Vec<u8> {
        if !self.is_deflated {
            return self.content.to_vec();
        }
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(self.content).unwrap();
        encoder.finish().unwrap()
    }

    /// What the local header and the directory's have in common.
    fn header(&self, packed: &[u8]) -> Vec<u8> {
        let mut checksum = flate2::Crc::new();
        checksum.update(self.content);
        let checksum = checksum.sum().wrapping_add(self.checksum_off_by);
        let size = self.claimed.unwrap_or_else(|| short(self.content.len()));
        let mut header = Vec::new();
        for half in [20, self.flags, if self.is_deflated { 8 } else { 0 }, 0, 0x21] {
            header.extend(half.to_le_bytes());
        }
        for whole in [checksum, short(packed.len()), size, short(self.path.len())] {
            header.extend(whole.to_le_bytes());
        }
        header
    }
}

fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap()
}

/// A zip archive of these entries.
pub(super) fn zip_of(entries: &[Zipped<'_>]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let packed = entry.packed();
        let offset = short(archive.len());
        let header = entry.header(&packed);
        archive.extend(b"PK\x03\x04");
        archive.extend(&header);
        archive.extend(entry.path.as_bytes());
        archive.extend(&packed);
        // Made on Unix, whose modes stand in the upper half of the attributes.
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&header);
        directory.extend([0; 6]);
        let mode: u32 = if entry.is_link { 0o120_777 } else { 0o100_644 };
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.path.as_bytes());
    }
    let (start, length) = (short(archive.len()), short(directory.len()));
    let count = u16::try_from(entries.len()).unwrap();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// A zip archive of files, each a path and a content.
pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<_> = files
        .iter()
        .map(|(path, content)| Zipped::new(path, content))
        .collect();
    zip_of(&entries)
}

/// A tar archive of files, each a path and a content.
pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = ::tar::Header::new_gnu();
        // Not through `set_path`, which refuses what a hostile package has.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// Packs with gzip.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packs with bzip2.
pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packs with Zstandard.
pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Bytes with a few of them changed, and perhaps an end cut off: what a reader must survive.
pub(super) fn damaged(good: &[u8], changes: &[(usize, u8)], length: usize) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (place, value) in changes {
        let place = place % bytes.len();
        bytes[place] = *value;
    }
    bytes.truncate(length % (2 * good.len()));
    bytes
}

/// Whatever is changed in `good`, `read` comes back.
pub(super) fn survives(good: &[u8], read: impl Fn(&dyn Source)) {
    use proptest::prelude::*;
    let changes = proptest::collection::vec((any::<usize>(), any::<u8>()), 0..8);
    let mut runner = proptest::test_runner::TestRunner::default();
    let cases = (
        changes,
        any::<usize>(),
        proptest::collection::vec(any::<u8>(), 0..64),
    );
    let outcome = runner.run(&cases, |(changes, length, noise)| {
        read(&damaged(good, &changes, length).as_slice());
        read(&noise.as_slice());
        Ok(())
    });
    outcome.unwrap();
}

/// Whatever is changed in a file `good` of a package that `pack` makes around it, `read` comes back.
pub(super) fn survives_inside(good: &[u8], pack: impl Fn(&[u8]) -> Vec<u8>, read: impl Fn(&dyn Source)) {
    survives(good, |source| {
        let mut content = vec![0; usize::try_from(source.size()).unwrap()];
        source.read_at(0, &mut content).unwrap();
        read(&pack(&content).as_slice());
    });
}
