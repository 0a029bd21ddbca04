//! The boundary to JavaScript, typed and without a logic of its own: `node` is the whole program over a
//! host in JavaScript, `browser` audits bytes that the page hands in.

#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "node")]
pub mod node;
pub mod outcome;
