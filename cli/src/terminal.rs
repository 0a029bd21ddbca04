//! The two outputs, and the person at stdin.

use std::cell::RefCell;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use hc_app::host::{Echo, HostError, Stream};

use crate::files::{host_error, limited};

/// Where the process prints and asks.
pub(crate) struct Terminal {
    /// A table is printed in many pieces; they reach the system in few writes.
    stdout: RefCell<BufWriter<Stdout>>,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self {
            stdout: RefCell::new(BufWriter::new(io::stdout())),
        }
    }

    pub(crate) fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        }
    }

    pub(crate) fn columns(&self) -> Option<u16> {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(width.0)
    }

    pub(crate) fn print(&self, stream: Stream, text: &str) -> Result<(), HostError> {
        let mut stdout = self.stdout.borrow_mut();
        match stream {
            Stream::Stdout => stdout.write_all(text.as_bytes()),
            // On a terminal both streams are one text: what was printed first stands first. Where stdout has
            // no reader any more, stderr may have one.
            Stream::Stderr => {
                let flushed = stdout.flush();
                io::stderr().write_all(text.as_bytes()).and(flushed)
            }
        }
        .map_err(host_error)
    }

    /// Writes what is still buffered. A reader that has gone (`hc … | head`) is no failure.
    pub(crate) fn finish(&self) -> Result<(), HostError> {
        match self.stdout.borrow_mut().flush().map_err(host_error) {
            Err(HostError::BrokenPipe) => Ok(()),
            result => result,
        }
    }

    pub(crate) fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    pub(crate) fn ask(&self, question: &str, echo: Echo) -> Result<String, HostError> {
        self.print(Stream::Stderr, question)?;
        let ended = || HostError::Other("nothing was typed: the input has ended".to_owned());
        match echo {
            Echo::Hidden => rpassword::read_password().map_err(host_error),
            Echo::Shown => {
                let mut line = String::new();
                match io::stdin().read_line(&mut line).map_err(host_error)? {
                    0 => Err(ended()),
                    _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
                }
            }
        }
    }

    pub(crate) fn read_stdin(&self) -> Result<Vec<u8>, HostError> {
        limited(io::stdin())
    }
}
