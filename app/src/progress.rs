//! How far things have come, on a terminal: a line for each that is drawn again and again.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::console::Console;
use crate::host::{Host, Meter};
use crate::render::size::size;

/// How often the lines are drawn at most.
const INTERVAL: Duration = Duration::from_millis(100);
/// How many characters a bar has.
const BAR: u64 = 12;
/// How many characters say what goes on, at most: with the bar and the numbers, 80 columns hold a line.
const WHAT: usize = 31;
/// How many lines are drawn at most.
const LINES: usize = 8;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Packages,
}

/// The lines on stderr that show what goes on. Where nobody looks there are none.
pub(crate) struct Bars<'c, H: Host>(Rc<Board<'c, H>>);

struct Board<'c, H: Host> {
    host: &'c H,
    console: &'c Console<'c, H>,
    active: RefCell<Vec<Rc<Line>>>,
    drawn: Cell<Option<Duration>>,
}

struct Line {
    what: String,
    unit: Unit,
    total: Option<u64>,
    meter: Meter,
}

/// One of the lines; it is gone when this is dropped, so that what is said next stands on a line of its own.
pub(crate) struct Bar<'c, H: Host> {
    board: Rc<Board<'c, H>>,
    line: Rc<Line>,
}

impl<'c, H: Host> Bars<'c, H> {
    pub(crate) fn new(host: &'c H, console: &'c Console<'c, H>) -> Self {
        Self(Rc::new(Board {
            host,
            console,
            active: RefCell::default(),
            drawn: Cell::default(),
        }))
    }

    /// A line for what goes on now, of `total`, if that is known.
    pub(crate) fn add(&self, what: &str, unit: Unit, total: Option<u64>) -> Bar<'c, H> {
        let line = Rc::new(Line {
            // Drawing anew works only on one line of the terminal.
            what: shortened(what),
            unit,
            total,
            meter: Meter::default(),
        });
        self.0.active.borrow_mut().push(Rc::clone(&line));
        Bar {
            board: Rc::clone(&self.0),
            line,
        }
    }

    /// Draws the lines while `work` goes on, whether or not anything is told of it.
    pub(crate) async fn watch<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        if !self.0.console.redraws() {
            return work.await;
        }
        loop {
            let pause = pin!(self.0.host.sleep(INTERVAL));
            match select(work.as_mut(), pause).await {
                Either::Left((output, _)) => return output,
                Either::Right(_) => self.0.draw(),
            }
        }
    }
}

impl<H: Host> Board<'_, H> {
    /// Draws all lines, unless that was done a moment ago or nobody looks.
    fn draw(&self) {
        let now = self.host.clock();
        let is_due = self.drawn.get().is_none_or(|drawn| now >= drawn + INTERVAL);
        if is_due && self.console.redraws() {
            self.drawn.set(Some(now));
            let active = self.active.borrow();
            let lines: Vec<String> = active.iter().take(LINES).map(|line| line.text()).collect();
            self.console.redraw(&lines);
        }
    }
}

impl<H: Host> Bar<'_, H> {
    /// So many more are done.
    pub(crate) fn advance(&self, count: usize) {
        self.line.meter.add(count as u64);
        self.board.draw();
    }

    /// Where others count what is done.
    pub(crate) fn meter(&self) -> &Meter {
        &self.line.meter
    }
}

impl<H: Host> Drop for Bar<'_, H> {
    fn drop(&mut self) {
        let mut active = self.board.active.borrow_mut();
        active.retain(|line| !Rc::ptr_eq(line, &self.line));
        if active.is_empty() {
            self.board.console.clear_lines();
        }
    }
}

impl Line {
    fn text(&self) -> String {
        format!("{}: {}", self.what, self.share())
    }

    fn share(&self) -> String {
        let count = |number| match self.unit {
            Unit::Bytes => size(number),
            Unit::Packages => number.to_string(),
        };
        let done = self.meter.sent();
        match self.total {
            Some(total) if total > 0 => {
                let part = u128::from(done.min(total));
                let filled = (part * u128::from(BAR) / u128::from(total)) as usize;
                let bar = "█".repeat(filled) + &"░".repeat(BAR as usize - filled);
                let percent = part * 100 / u128::from(total);
                format!("{bar} {} of {} ({percent} %)", count(done), count(total))
            }
            _ => count(done),
        }
    }
}

/// What there is room for: the beginning, and the end, where a file's name is.
fn shortened(what: &str) -> String {
    let characters: Vec<char> = what.chars().collect();
    if characters.len() <= WHAT {
        return what.to_owned();
    }
    let start = "Downloading ".len();
    let end = characters.len() - (WHAT - start - 1);
    let (start, end) = (&characters[..start], &characters[end..]);
    start.iter().chain(&['…']).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_into_80_columns() {
        let what = shortened("Downloading a/folder/with/a-long-name/and-a-file-with-another.tar.gz");
        assert_eq!(what, "Downloading …ith-another.tar.gz");
        assert_eq!(shortened("Uploading a"), "Uploading a");
        let line = Line {
            what,
            unit: Unit::Bytes,
            total: Some(1023 << 20),
            meter: Meter::default(),
        };
        line.meter.add(1023 << 20);
        assert!(line.text().chars().count() <= 78, "{}", line.text());
    }
}
