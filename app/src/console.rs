//! What is said while a command runs: steps, notes and errors on stderr, results on stdout.

use crate::args::Global;
use crate::error::Error;
use crate::host::{Host, Stream};
use crate::render::text::{visible, visible_lines};

/// Prints for a person (stderr) or a program (stdout).
pub(crate) struct Console<'h, H> {
    host: &'h H,
    quiet: bool,
    verbose: bool,
    colour: bool,
}

impl<'h, H: Host> Console<'h, H> {
    pub(crate) fn new(host: &'h H, global: &Global) -> Self {
        let allowed = !global.no_color && host.env("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            host,
            quiet: global.quiet,
            verbose: global.verbose,
            colour: allowed && host.is_terminal(Stream::Stderr),
        }
    }

    /// Prints all of a result.
    pub(crate) fn result(&self, text: &str) -> Result<(), Error> {
        self.host.print(Stream::Stdout, text).map_err(Error::Output)
    }

    /// Says what is being done, unless asked to be quiet.
    pub(crate) fn step(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("  {}\n", visible(text)));
        }
    }

    /// Whether a line on stderr can be drawn again and again while something goes on.
    pub(crate) fn redraws(&self) -> bool {
        !self.quiet && self.host.is_terminal(Stream::Stderr)
    }

    /// Draws the current line anew.
    pub(crate) fn redraw(&self, text: &str) {
        self.say(&format!("\r  {}\u{1b}[K", visible(text)));
    }

    /// Empties the current line.
    pub(crate) fn clear_line(&self) {
        self.say("\r\u{1b}[K");
    }

    /// An empty line between steps.
    pub(crate) fn gap(&self) {
        if !self.quiet {
            self.say("\n");
        }
    }

    /// Says more, if asked to.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say(&format!("  {}\n", visible(text)));
        }
    }

    /// Says what must not be missed, however quiet.
    pub(crate) fn note(&self, text: &str) {
        let label = self.paint("note", "33");
        self.say(&format!("{label}: {}\n", visible(text)));
    }

    /// Says why something failed, and what to do.
    pub(crate) fn error(&self, error: &Error) {
        let label = self.paint(&format!("error[{}]", error.code()), "31");
        self.say(&format!("{label}: {}\n", visible(&error.to_string())));
        if let Some(help) = error.help() {
            self.say(&format!("  help: {}\n", visible_lines(help)));
        }
    }

    fn paint(&self, text: &str, colour: &str) -> String {
        if self.colour {
            format!("\u{1b}[1;{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Where stderr has gone there is nobody to tell.
    fn say(&self, text: &str) {
        let _ = self.host.print(Stream::Stderr, text);
    }
}
