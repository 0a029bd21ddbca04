//! Doing something with several files, so many at a time.

use std::cell::Cell;

use futures_util::{StreamExt as _, stream};

use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::progress::Bars;

/// Does `work` with all `items`, `jobs` at a time, while `bars` are drawn, and gives the outcomes in the order of
/// the items. After a failure that would come again, what is left is not tried.
pub(super) async fn each<H: Host, T, O>(
    bars: &Bars<'_, H>,
    jobs: u16,
    items: &[T],
    work: impl AsyncFn(&T) -> Result<O, Error>,
) -> Vec<Result<O, Error>> {
    let is_lost = Cell::new(false);
    let task = async |(number, item): (usize, &T)| {
        if is_lost.get() {
            return (number, Err(Error::NotTried));
        }
        let outcome = work(item).await;
        if outcome.as_ref().is_err_and(Error::is_lasting) {
            is_lost.set(true);
        }
        (number, outcome)
    };
    // A large one must not keep those behind it from beginning.
    let tasks = stream::iter(items.iter().enumerate())
        .map(&task)
        .buffer_unordered(jobs.into());
    let mut outcomes: Vec<_> = bars.watch(tasks.collect()).await;
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Says on stderr what went wrong with which of `all` files: what is known of some by errors that name them, and what
/// became of others. Of what was not tried its row tells enough.
///
/// # Errors
/// When there are failures; with the only file's own, if there was one file.
pub(super) fn tell<H: Host>(
    console: &Console<'_, H>,
    named: Vec<Error>,
    failures: Vec<(String, Error)>,
    all: usize,
) -> Result<ExitStatus, Error> {
    let failed = named.len() + failures.len();
    let tried = failures
        .into_iter()
        .filter(|(_, error)| !matches!(error, Error::NotTried))
        .map(|(path, error)| Error::Of {
            path,
            error: Box::new(error),
        });
    let mut tried = named.into_iter().chain(tried);
    match (failed, all) {
        (0, _) => Ok(ExitStatus::Success),
        (1, 1) if let Some(only) = tried.next() => Err(only),
        _ => {
            tried.for_each(|failure| console.error(&failure));
            Err(Error::Partly { failed, all })
        }
    }
}
