//! Which files of a folder are read.

mod passed_over;

pub use passed_over::{PassedOver, Reason, summary};
