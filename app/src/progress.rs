//! How far something has come, on a terminal: one line that is drawn again and again.

use std::time::Duration;

use crate::console::Console;
use crate::host::Host;
use crate::render::size::size;

/// How often the line is drawn at most.
const INTERVAL: Duration = Duration::from_millis(100);
/// How many characters a bar has.
const BAR: u64 = 20;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Packages,
}

/// A line on stderr with what is done so far. Where nobody looks there is none; it is gone when this is
/// dropped, so that what is said next stands on a line of its own.
pub(crate) struct Progress<'c, H: Host> {
    host: &'c H,
    console: &'c Console<'c, H>,
    what: String,
    unit: Unit,
    total: Option<u64>,
    done: u64,
    drawn: Option<Duration>,
}

impl<'c, H: Host> Progress<'c, H> {
    /// Nothing is done yet of `total`, if it is known.
    pub(crate) fn new(
        host: &'c H,
        console: &'c Console<'c, H>,
        what: &str,
        unit: Unit,
        total: Option<u64>,
    ) -> Self {
        Self {
            host,
            console,
            // Drawing anew works only on one line of the terminal.
            what: what.chars().take(40).collect(),
            unit,
            total,
            done: 0,
            drawn: None,
        }
    }

    /// So many more are done.
    pub(crate) fn advance(&mut self, count: usize) {
        self.done += count as u64;
        let now = self.host.clock();
        let is_due = self.drawn.is_none_or(|drawn| now >= drawn + INTERVAL);
        if is_due && self.console.redraws() {
            self.drawn = Some(now);
            self.console.redraw(&format!("{}: {}", self.what, self.share()));
        }
    }

    fn share(&self) -> String {
        let count = |number| match self.unit {
            Unit::Bytes => size(number),
            Unit::Packages => number.to_string(),
        };
        match self.total {
            Some(total) if total > 0 => {
                let done = u128::from(self.done.min(total));
                let filled = (done * u128::from(BAR) / u128::from(total)) as usize;
                let bar = "█".repeat(filled) + &"░".repeat(BAR as usize - filled);
                let percent = done * 100 / u128::from(total);
                format!("{bar} {} of {} ({percent} %)", count(self.done), count(total))
            }
            _ => count(self.done),
        }
    }
}

impl<H: Host> Drop for Progress<'_, H> {
    fn drop(&mut self) {
        if self.drawn.is_some() {
            self.console.clear_line();
        }
    }
}
