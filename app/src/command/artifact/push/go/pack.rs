//! Packing a module into its zip, piece by piece.
//!
//! The zip has no times and no modes, so that the same files give the same zip.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use hc_core::package_file::PackageError;
use hc_core::package_file::go::File;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::tree::Tree;
use crate::command::artifact::push::folder::at;
use crate::error::Error;
use crate::host::{Host, Meter};

/// How much is read or written at once, in bytes.
const PIECE: usize = 1 << 20;

/// Writes the zip of a module to the file at `to`, which is there and empty; `meter` tells how much of the module
/// is in it.
///
/// # Errors
/// When a file cannot be read, is not any more what it was, or the zip cannot be written.
pub(super) async fn pack<H: Host>(host: &H, tree: &Tree, to: &str, meter: &Meter) -> Result<(), Error> {
    let packed = Packed::default();
    let mut output = Output { host, to, offset: 0 };
    let mut archive = ZipArchiveWriter::new(packed.clone());
    let failed = |error: &dyn std::error::Error| Error::Package {
        path: tree.folder.clone(),
        error: PackageError::Unreadable {
            reason: format!("it cannot be packed: {error}"),
        },
    };
    let prefix = tree.module.prefix();
    for file in &tree.files {
        let name = format!("{prefix}{}", file.path);
        let entry = archive
            .new_file(&name)
            .compression_method(CompressionMethod::DEFLATE)
            .start();
        let (entry, config) = entry.map_err(|error| failed(&error))?;
        let mut writer = config.wrap(DeflateEncoder::new(entry, Compression::default()));
        let mut offset = 0;
        loop {
            let piece = piece(host, tree, file, offset)?;
            if piece.is_empty() {
                break;
            }
            writer.write_all(&piece).map_err(|error| failed(&error))?;
            offset += piece.len() as u64;
            meter.add(piece.len() as u64);
            output.take(&packed, PIECE).await?;
        }
        let (encoder, descriptor) = writer.finish().map_err(|error| failed(&error))?;
        let entry = encoder.finish().map_err(|error| failed(&error))?;
        entry.finish(descriptor).map_err(|error| failed(&error))?;
        output.take(&packed, PIECE).await?;
    }
    archive.finish().map_err(|error| failed(&error))?;
    output.take(&packed, 0).await
}

/// The bytes of a file from `offset` on; none at its end.
fn piece<H: Host>(host: &H, tree: &Tree, file: &File, offset: u64) -> Result<Vec<u8>, Error> {
    let path = at(&tree.folder, &file.path);
    let piece = host.read_at(&path, offset, PIECE).map_err(|error| Error::File {
        path: path.clone(),
        error,
    })?;
    let is_same = if piece.is_empty() {
        offset == file.size
    } else {
        offset + piece.len() as u64 <= file.size
    };
    if is_same {
        return Ok(piece);
    }
    Err(Error::Package {
        path,
        error: PackageError::Unreadable {
            reason: "it was changed meanwhile".to_owned(),
        },
    })
}

/// What is packed and not yet written.
#[derive(Clone, Default)]
struct Packed(Rc<RefCell<Vec<u8>>>);

impl Write for Packed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The zip's file.
struct Output<'h, H> {
    host: &'h H,
    to: &'h str,
    /// How much of it is written.
    offset: u64,
}

impl<H: Host> Output<'_, H> {
    /// Writes what is packed, if that is more than `most`.
    async fn take(&mut self, packed: &Packed, most: usize) -> Result<(), Error> {
        if packed.0.borrow().len() <= most {
            return Ok(());
        }
        let bytes = packed.0.take();
        let written = self.host.write_at(self.to, self.offset, &bytes).await;
        written.map_err(|error| Error::File {
            path: self.to.to_owned(),
            error,
        })?;
        self.offset += bytes.len() as u64;
        Ok(())
    }
}
