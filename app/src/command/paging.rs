//! Lists that come in pages.

use futures_util::{StreamExt as _, stream};
use hc_core::api::Page;

use crate::args::{Global, Paging};
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::net::Failure;
use crate::output::Format;

/// How many items a page has when all of them are wanted: the most that the service gives at once.
const LARGEST_PAGE: u64 = 100;

/// The most pages that are asked for, and the most items: a service that has more has no end.
const MOST_PAGES: u64 = 10_000;
const MOST_ITEMS: usize = 1_000_000;

/// How many pages are asked for at once, when it is known how many there are.
const AT_ONCE: usize = 4;

/// What was fetched, and what of all there is it is.
#[derive(Clone, Debug)]
pub(crate) struct Paged<T> {
    pub(crate) items: Vec<T>,
    /// The page's number, from 0, and how many there are; `None` when all were fetched.
    pub(crate) page: Option<(u64, u64)>,
    pub(crate) total: u64,
}

/// Fetches the page that was asked for, or every page.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) async fn fetch<T: PartialEq>(
    paging: &Paging,
    get: impl AsyncFn(u64, u64) -> Result<Page<T>, Failure>,
) -> Result<Paged<T>, Error> {
    if !paging.all {
        let Page {
            items,
            index,
            count,
            total,
        } = get(paging.page, paging.page_size).await?;
        return Ok(Paged {
            items,
            page: Some((index, count)),
            total,
        });
    }
    Ok(every(get).await?)
}

/// Fetches every page. A service that gives the same page again and again, or more pages than any registry has, is
/// not listened to for ever.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) async fn every<T: PartialEq>(
    get: impl AsyncFn(u64, u64) -> Result<Page<T>, Failure>,
) -> Result<Paged<T>, Failure> {
    let first = get(0, LARGEST_PAGE).await?;
    let mut items = first.items;
    let mut total = first.total;
    let too_many = |told: String| Failure::Endless { told };
    if first.count > MOST_PAGES {
        return Err(too_many(format!(
            "the service tells of {} pages; {MOST_PAGES} are the most that are asked for",
            first.count
        )));
    }
    let fits = |items: &Vec<T>| match items.len() {
        0..=MOST_ITEMS => Ok(()),
        _ => Err(too_many(format!("it has more than {MOST_ITEMS} items"))),
    };
    if first.count > 0 {
        let mut rest = stream::iter(1..first.count)
            .map(|number| get(number, LARGEST_PAGE))
            .buffered(AT_ONCE);
        while let Some(page) = rest.next().await {
            let page = page?;
            total = total.max(page.total);
            // It has become shorter meanwhile.
            if page.items.is_empty() || items.ends_with(&page.items) {
                break;
            }
            items.extend(page.items);
            fits(&items)?;
        }
    } else {
        // A service that does not tell how many pages there are ends with one that is not full.
        let mut received = items.len() as u64;
        for number in 1.. {
            if received == 0 || (received < LARGEST_PAGE && items.len() as u64 >= total) {
                break;
            }
            if number == MOST_PAGES {
                return Err(too_many(format!("it has more than {MOST_PAGES} pages")));
            }
            let page = get(number, LARGEST_PAGE).await?;
            received = page.items.len() as u64;
            total = total.max(page.total);
            if items.ends_with(&page.items) {
                break;
            }
            items.extend(page.items);
            fits(&items)?;
        }
    }
    Ok(Paged {
        total: total.max(items.len() as u64),
        items,
        page: None,
    })
}

/// Says on stderr which page of how many was listed.
pub(crate) fn tell<H: Host, T>(console: &Console<'_, H>, global: &Global, list: &Paged<T>, what: &str) {
    if global.format != Format::Table {
        return;
    }
    let total = list.total;
    match list.page {
        Some((index, count)) if index + 1 < count => console.step(&format!(
            "Page {} of {count}, {total} {what} in all; see the next with --page {}, or every one with --all",
            index + 1,
            index + 1
        )),
        Some((index, count)) if count > 1 => {
            console.step(&format!("Page {} of {count}, {total} {what} in all", index + 1));
        }
        _ => console.step(&format!("Page 1 of 1, {total} {what} in all")),
    }
}
