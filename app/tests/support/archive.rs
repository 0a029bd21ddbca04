//! Small packages, made in the test.

use std::io::Write as _;

/// A zip archive of files, each a path and a content.
pub(crate) fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let (mut entry, config) = archive.new_file(path).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// A tar archive of files, each a path and a content, packed with gzip.
pub(crate) fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    tar(encoder, files).finish().unwrap()
}

/// A tar archive of files, each a path and a content, packed with bzip2.
pub(crate) fn tar_bz2(files: &[(&str, &str)]) -> Vec<u8> {
    let encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    tar(encoder, files).finish().unwrap()
}

fn tar<W: std::io::Write>(pack: W, files: &[(&str, &str)]) -> W {
    let mut builder = tar::Builder::new(pack);
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder
            .append_data(&mut header, path, content.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap()
}
