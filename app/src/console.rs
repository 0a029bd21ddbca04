//! What is said while a command runs: steps, notes and errors on stderr, results on stdout.

use std::cell::Cell;

use crate::args::Global;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::{Host, HostError, Stream};
use crate::render::text::{visible, visible_lines};

/// Prints for a person (stderr) or a program (stdout).
pub(crate) struct Console<'h, H> {
    host: &'h H,
    quiet: bool,
    verbose: bool,
    colour: bool,
    /// Whether results have colours.
    colour_of_results: bool,
    /// How many lines stand there to be drawn again; the cursor is on the last of them.
    drawn: Cell<usize>,
}

impl<'h, H: Host> Console<'h, H> {
    pub(crate) fn new(host: &'h H, global: &Global) -> Self {
        let allowed = !global.no_color && host.env("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            host,
            quiet: global.quiet,
            verbose: global.verbose,
            colour: allowed && host.is_terminal(Stream::Stderr),
            colour_of_results: allowed && host.is_terminal(Stream::Stdout),
            drawn: Cell::new(0),
        }
    }

    /// Prints all of a result. A reader that goes away has had what it wanted: how the command ends is not
    /// for it to change.
    pub(crate) fn result(&self, text: &str) -> Result<(), Error> {
        match self.host.print(Stream::Stdout, text) {
            Ok(()) | Err(HostError::BrokenPipe) => Ok(()),
            Err(error) => Err(Error::Output(error)),
        }
    }

    /// Whether results have colours: a person looks at them, and wants some.
    pub(crate) fn colours_results(&self) -> bool {
        self.colour_of_results
    }

    /// How wide the terminal is that results go to; `None` where they go elsewhere.
    pub(crate) fn columns(&self) -> Option<u16> {
        self.host.columns()
    }

    /// Says what is being done, unless asked to be quiet.
    pub(crate) fn step(&self, text: &str) {
        if !self.quiet {
            self.say(&format!("  {}\n", visible(text)));
        }
    }

    /// Whether lines on stderr can be drawn again and again while something goes on.
    pub(crate) fn redraws(&self) -> bool {
        !self.quiet && self.host.is_terminal(Stream::Stderr)
    }

    /// Draws lines in the place of those that were drawn before. Whatever is said next takes their place.
    pub(crate) fn redraw(&self, lines: &[String]) {
        let mut text = self.erasure(lines.len());
        // What a narrow terminal has no room for must not go on in a line of its own (DECAWM).
        text.push_str("\u{1b}[?7l");
        for (number, line) in lines.iter().enumerate() {
            let end = if number == 0 { "" } else { "\n" };
            text.push_str(&format!("{end}\r  {}\u{1b}[K", visible(line)));
        }
        text.push_str("\u{1b}[?7h");
        self.drawn.set(lines.len());
        self.print(&text);
    }

    /// Takes away the lines that were drawn.
    pub(crate) fn clear_lines(&self) {
        if self.drawn.get() > 0 {
            let text = self.erasure(0);
            self.drawn.set(0);
            self.print(&text);
        }
    }

    /// Brings the cursor to the beginning of what was drawn, and empties what `lines` new ones will not cover.
    fn erasure(&self, lines: usize) -> String {
        let drawn = self.drawn.get();
        let mut text = String::new();
        for number in (1..=drawn).rev() {
            if number > lines {
                text.push_str("\r\u{1b}[K");
            }
            if number > 1 {
                text.push_str("\u{1b}[A");
            }
        }
        text
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

    /// Says, as the last line, why the program ends as it does.
    pub(crate) fn end(&self, status: ExitStatus, why: &str) {
        if status != ExitStatus::Success || !self.quiet {
            self.say(&format!("exit {}: {}\n", status as u8, visible(why)));
        }
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

    fn say(&self, text: &str) {
        self.clear_lines();
        self.print(text);
    }

    /// Where stderr has gone there is nobody to tell.
    fn print(&self, text: &str) {
        let _ = self.host.print(Stream::Stderr, text);
    }
}
