//! The native `hc`.
fn main() {}
