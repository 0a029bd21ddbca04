//! `hc artifact push …`: one package type a file.

mod checksums;
pub(super) mod generic;
