//! Packages around fuzzed bytes. In a package's own bytes hardly a change gets past the checksums of what it is packed
//! with; in these, every change reaches the readers of what is inside.

use std::io::Write as _;

/// A path in a package, and what is there.
pub type File<'f> = (&'f str, &'f [u8]);

/// A tar archive of files.
///
/// # Panics
/// Never for paths that a target names: they are short.
#[must_use]
pub fn tar(files: &[File<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        let added = builder.append_data(&mut header, path, *content);
        added.expect("memory takes it");
    }
    builder.into_inner().expect("memory takes it")
}

/// Bytes in gzip's form, not packed.
///
/// # Panics
/// Never: memory takes all.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Bytes in Zstandard's form, not packed.
#[must_use]
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Uncompressed)
}

/// A zip archive of files that are not packed.
///
/// # Panics
/// Never: memory takes all.
#[must_use]
pub fn zip(files: &[File<'_>]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let entry = archive.new_file(path).start();
        let (mut entry, config) = entry.expect("memory takes it");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).expect("memory takes it");
        let (_, descriptor) = writer.finish().expect("memory takes it");
        entry.finish(descriptor).expect("memory takes it");
    }
    archive.finish().expect("memory takes it")
}
