//! Lists that come in pages.

use hc_core::api::Page;

use crate::args::{Format, Global, Paging};
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::net::Failure;

/// How many items a page has when all of them are wanted: the most that the service gives at once.
const LARGEST_PAGE: u64 = 100;

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
pub(crate) async fn fetch<T>(
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

/// Fetches every page.
///
/// # Errors
/// When one of them cannot be had.
pub(crate) async fn every<T>(
    get: impl AsyncFn(u64, u64) -> Result<Page<T>, Failure>,
) -> Result<Paged<T>, Failure> {
    let mut items = Vec::new();
    let mut total = 0;
    for number in 0.. {
        let page = get(number, LARGEST_PAGE).await?;
        let received = page.items.len() as u64;
        total = total.max(page.total);
        items.extend(page.items);
        // A service that does not tell how many pages there are ends with one that is not full.
        let is_last = if page.count > 0 {
            number + 1 >= page.count
        } else {
            received < LARGEST_PAGE && items.len() as u64 >= total
        };
        if received == 0 || is_last {
            break;
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
