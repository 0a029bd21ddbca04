//! Keeping functions small.

use std::pin::Pin;

/// A future that is a function of its own. The compiler makes a single function of an `async fn` and all that it
/// awaits: of the whole program, one with hundreds of kilobytes of WebAssembly, for which an engine that compiles
/// what runs often takes more than 100 MB. So what is a command, or runs as long as files are transferred, stands
/// apart.
pub(crate) fn apart<'f, T>(future: impl Future<Output = T> + 'f) -> Pin<Box<dyn Future<Output = T> + 'f>> {
    Box::pin(future)
}
