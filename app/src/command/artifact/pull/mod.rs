//! `hc artifact pull …`: one package type a file.

mod expected;
mod fetch;
pub(super) mod generic;
mod part;
mod row;
mod target;
