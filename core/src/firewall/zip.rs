//! Reading the zip files in which OSV publishes its exports, within bounds.

use flate2::{Decompress, FlushDecompress, Status};
use rawzip::{CompressionMethod, ZipArchive, ZipFileHeaderRecord, ZipSliceArchive, ZipVerification};

use crate::error::{Code, InputError};

/// The largest entry that is unpacked, in bytes; OSV records are far smaller.
const MAX_ENTRY: u64 = 16 << 20;
/// All entries together may have this many times the bytes of the zip. JSON shrinks to a tenth or so; entries
/// that share their data (a "zip bomb") go far beyond.
const MAX_RATIO: u64 = 100;

/// Hands the name and the bytes of each `.json` or `.jsonl` entry to `add`; other entries are skipped.
///
/// # Errors
/// When the bytes are not a zip, have no such entry, hold a further zip, or have an entry that is encrypted, damaged, packed by a
/// method other than deflate, or too large. The message names the entry.
pub(super) fn for_each_json(
    file: &str,
    bytes: &[u8],
    mut add: impl FnMut(&str, &[u8]) -> Result<(), InputError>,
) -> Result<(), InputError> {
    let damaged =
        |error: rawzip::Error| InputError::new(Code::Format, file, format!("not a readable zip: {error}"));
    let archive = ZipArchive::from_slice(bytes).map_err(damaged)?;
    let mut unpacker = Unpacker {
        inflater: Decompress::new(false),
        buffer: Vec::new(),
        budget: MAX_ENTRY.saturating_add(MAX_RATIO.saturating_mul(bytes.len() as u64)),
    };
    let mut count = 0_usize;
    for entry in archive.entries() {
        let entry = entry.map_err(damaged)?;
        let path = entry.file_path();
        let name = String::from_utf8_lossy(path.as_bytes());
        let lower = name.to_ascii_lowercase();
        // What is in it is not known, so it must not be passed over in silence.
        if lower.ends_with(".zip") {
            let message = format!("the entry {name} is a zip itself, which is not read");
            let error = InputError::new(Code::Unsupported, file, message);
            return Err(error.help("unpack it, and give what is in it"));
        }
        if !lower.ends_with(".json") && !lower.ends_with(".jsonl") {
            continue;
        }
        let content = unpacker
            .unpack(&archive, &entry)
            .map_err(|(code, reason)| InputError::new(code, file, format!("the entry {name} {reason}")))?;
        add(&name, content)?;
        count += 1;
    }
    if count == 0 {
        return Err(InputError::new(
            Code::Format,
            file,
            "the zip has no .json files, so no advisories",
        ));
    }
    Ok(())
}

/// The working space, kept from entry to entry.
struct Unpacker {
    inflater: Decompress,
    buffer: Vec<u8>,
    /// How many more bytes may be unpacked.
    budget: u64,
}

impl Unpacker {
    /// The content of `entry`, or why it cannot be had.
    fn unpack<'a>(
        &'a mut self,
        archive: &'a ZipSliceArchive<&[u8]>,
        entry: &ZipFileHeaderRecord<'_>,
    ) -> Result<&'a [u8], (Code, String)> {
        if entry.flags().is_encrypted() {
            return Err((Code::Unsupported, "is encrypted".to_owned()));
        }
        let size = entry.uncompressed_size_hint();
        if size > MAX_ENTRY {
            return Err((
                Code::TooLarge,
                format!("has {size} bytes; at most {MAX_ENTRY} are read"),
            ));
        }
        self.budget = self.budget.checked_sub(size).ok_or_else(|| {
            (
                Code::TooLarge,
                format!("brings the unpacked bytes to more than {MAX_RATIO} times the zip's own"),
            )
        })?;
        let damaged = |reason: &dyn std::fmt::Display| (Code::Format, format!("is damaged: {reason}"));
        let packed = archive
            .get_entry(entry.wayfinder())
            .map_err(|error| damaged(&error))?;
        let content = match entry.compression_method() {
            CompressionMethod::STORE => packed.data(),
            CompressionMethod::DEFLATE => self
                .inflate(packed.data(), size)
                .map_err(|reason| damaged(&reason))?,
            method => {
                return Err((
                    Code::Unsupported,
                    format!("is packed by {method}, not by deflate"),
                ));
            }
        };
        let actual = ZipVerification {
            crc: rawzip::crc32(content),
            uncompressed_size: content.len() as u64,
        };
        packed
            .claim_verifier()
            .valid(actual)
            .map_err(|error| damaged(&error))?;
        Ok(content)
    }

    /// Inflates `data`, which should give `size` bytes.
    fn inflate(&mut self, data: &[u8], size: u64) -> Result<&[u8], &'static str> {
        let size = usize::try_from(size).map_err(|_| "it does not fit in memory")?;
        self.buffer.clear();
        // Output stops at the buffer's end; one byte more shows data that goes on past its size.
        self.buffer.reserve(size + 1);
        self.inflater.reset(false);
        match self
            .inflater
            .decompress_vec(data, &mut self.buffer, FlushDecompress::Finish)
        {
            Ok(Status::StreamEnd) => Ok(&self.buffer),
            Ok(Status::Ok | Status::BufError) => Err("its data do not end where the zip says"),
            Err(_) => Err("it is not deflate data"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;
    use rawzip::{ZipArchiveWriter, ZipDataWriter};

    use super::*;
    use crate::firewall::Advisories;
    use crate::package::Ecosystem;

    fn zip_of(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut archive = ZipArchiveWriter::new(&mut bytes);
        for (name, content) in entries {
            let (mut entry, config) = archive
                .new_file(*name)
                .compression_method(method)
                .start()
                .unwrap();
            let descriptor = if method == CompressionMethod::DEFLATE {
                let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
                writer.write_all(content).unwrap();
                let (encoder, descriptor) = writer.finish().unwrap();
                encoder.finish().unwrap();
                descriptor
            } else {
                let mut writer: ZipDataWriter<_> = config.wrap(&mut entry);
                writer.write_all(content).unwrap();
                writer.finish().unwrap().1
            };
            entry.finish(descriptor).unwrap();
        }
        archive.finish().unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
        let mut entries = Vec::new();
        for_each_json("all.zip", bytes, |name, content| {
            entries.push((name.to_owned(), content.to_owned()));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        Ok(entries)
    }

    const RECORD: &[u8] = br#"{"id":"A","affected":[{"package":{"ecosystem":"npm","name":"x"}}]}"#;

    #[test]
    fn json_entries_are_read_stored_or_deflated_and_others_skipped() {
        for method in [CompressionMethod::STORE, CompressionMethod::DEFLATE] {
            let bytes = zip_of(
                method,
                &[("README.md", b"x"), ("A.json", RECORD), ("deep/B.JSON", b"")],
            );
            let expected = [
                ("A.json".to_owned(), RECORD.to_vec()),
                ("deep/B.JSON".to_owned(), Vec::new()),
            ];
            assert_eq!(read(&bytes).unwrap(), expected, "{method}");
        }
    }

    #[test]
    fn a_zip_in_a_zip_is_refused_and_lines_are_read() {
        let inner = zip_of(CompressionMethod::STORE, &[("A.json", RECORD)]);
        let outer = zip_of(
            CompressionMethod::STORE,
            &[("A.json", RECORD), ("npm/ALL.ZIP", &inner)],
        );
        assert_eq!(
            read(&outer).unwrap_err(),
            "all.zip: the entry npm/ALL.ZIP is a zip itself, which is not read"
        );
        let lines = zip_of(CompressionMethod::STORE, &[("all.jsonl", RECORD)]);
        assert_eq!(read(&lines).unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_trusted_is_refused_by_name() {
        let good = zip_of(CompressionMethod::DEFLATE, &[("A.json", RECORD)]);
        let directory = good
            .windows(4)
            .rposition(|window| window == b"PK\x01\x02")
            .unwrap();
        let patched = |offset: usize, value: &[u8]| {
            let mut bytes = good.clone();
            bytes[directory + offset..][..value.len()].copy_from_slice(value);
            bytes
        };
        let size = u32::try_from(RECORD.len()).unwrap();
        let zeros = vec![0; 17 << 20];
        for (bytes, expected) in [
            (Vec::new(), "all.zip: not a readable zip: "),
            (
                b"PK\x03\x04 and no more".to_vec(),
                "all.zip: not a readable zip: ",
            ),
            (
                zip_of(CompressionMethod::STORE, &[("a.txt", b"x")]),
                "all.zip: the zip has no .json files",
            ),
            (patched(8, &[1]), "all.zip: the entry A.json is encrypted"),
            (patched(10, &[93]), "all.zip: the entry A.json is packed by "),
            (patched(16, &[0; 4]), "all.zip: the entry A.json is damaged: "),
            (
                patched(24, &(size - 1).to_le_bytes()),
                "all.zip: the entry A.json is damaged: ",
            ),
            (
                patched(24, &(size + 1).to_le_bytes()),
                "all.zip: the entry A.json is damaged: ",
            ),
            (
                patched(24, &[255, 255, 255, 127]),
                "all.zip: the entry A.json has 2147483647 bytes; at most 16777216 are read",
            ),
            (
                zip_of(CompressionMethod::DEFLATE, &[("A.json", &zeros)]),
                "all.zip: the entry A.json has 17825792 bytes; at most 16777216 are read",
            ),
            (
                zip_of(
                    CompressionMethod::DEFLATE,
                    &[("A.json", &zeros[..16 << 20]), ("B.json", &zeros[..16 << 20])],
                ),
                "all.zip: the entry B.json brings the unpacked bytes to more than 100 times the zip's own",
            ),
        ] {
            let error = read(&bytes).unwrap_err();
            assert!(error.starts_with(expected), "{error}\n{expected}");
        }
    }

    #[test]
    fn a_bad_record_is_told_with_its_entry() {
        let bytes = zip_of(
            CompressionMethod::DEFLATE,
            &[("A.json", RECORD), ("B.json", b"{\n\"id\":}")],
        );
        let mut advisories = Advisories::default();
        let error = advisories.add_zip("all.zip", &bytes).unwrap_err();
        assert_eq!(
            error.to_string(),
            "all.zip/B.json:2:6: not valid JSON: expected value"
        );
        assert_eq!(advisories.about(Ecosystem::Npm, "x").count(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn damaged_zips_never_panic(cut in 0..400_usize, changes in prop::collection::vec((0..400_usize, any::<u8>()), 0..6)) {
            let mut bytes = zip_of(CompressionMethod::DEFLATE, &[("A.json", RECORD), ("B.json", b"{\"id\":\"B\"}")]);
            for (at, value) in changes {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            let keep = bytes.len() - cut.min(bytes.len());
            let _ = read(&bytes[..keep]);
            let _ = read(&bytes);
        }
    }
}
