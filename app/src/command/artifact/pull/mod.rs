//! `hc artifact pull …`: one package type a file.

mod fetch;
pub(super) mod generic;
mod target;
