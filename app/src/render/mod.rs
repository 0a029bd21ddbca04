//! What results look like: one file per output.

mod advice;
pub(crate) mod audit;
pub(crate) mod coverage;
pub(crate) mod explanation;
pub(crate) mod json;
pub(crate) mod listing;
pub(crate) mod path;
pub(crate) mod records;
pub(crate) mod size;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod violation;
pub(crate) mod yaml;
