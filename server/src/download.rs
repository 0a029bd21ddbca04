//! A file on its way out: conditions and ranges (RFC 9110, sections 13 and 14), and the bytes.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

use crate::clock;
use crate::problem::Problem;
use crate::store::files::Entry;
use crate::store::{Fault, Store};

/// What is read with the record of the file in one go; more is streamed.
const AT_ONCE: u64 = 256 << 10;

/// The size of the pieces of a stream.
const PIECE: usize = 64 << 10;

/// Answers a GET or HEAD of a file. The ETag is its SHA-256.
pub(crate) fn answer(
    store: &Store,
    method: &Method,
    headers: &HeaderMap,
    entry: &Entry,
) -> Result<Response, Problem> {
    let size = u64::try_from(entry.digests.size).unwrap_or(0);
    let etag = format!("\"{}\"", entry.digests.sha256);
    if lists(headers, header::IF_NONE_MATCH, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let wanted = match headers.get(header::IF_RANGE) {
        Some(condition) if condition.as_bytes() != etag.as_bytes() => Wanted::Whole,
        _ => Wanted::read(headers, size),
    };
    let (status, range) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => {
            let mut refused = Problem::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                format!("the range is outside the file's {size} bytes"),
            )
            .into_response();
            set(&mut refused, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(refused);
        }
    };
    let length = range.end - range.start;
    let file = store.open_content(entry)?;
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        if range.start == 0 {
            store.count_download(entry.id);
        }
        bytes(file, &range).map_err(Fault::from)?
    };
    let mut response = (status, body).into_response();
    set(&mut response, header::CONTENT_TYPE, "application/octet-stream");
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::ETAG, &etag);
    set(
        &mut response,
        header::LAST_MODIFIED,
        &clock::http_date(entry.created_at),
    );
    set(
        &mut response,
        header::CONTENT_DISPOSITION,
        &disposition(&entry.path),
    );
    for (name, value) in entry.digests.headers() {
        set(&mut response, name, value);
    }
    if status == StatusCode::PARTIAL_CONTENT {
        let of = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        set(&mut response, header::CONTENT_RANGE, &of);
    }
    Ok(response)
}

fn bytes(mut file: File, range: &Range<u64>) -> io::Result<Body> {
    if range.start > 0 {
        file.seek(SeekFrom::Start(range.start))?;
    }
    let length = range.end - range.start;
    if length <= AT_ONCE {
        let mut all = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(length).read_to_end(&mut all)?;
        return Ok(Body::from(all));
    }
    let part = tokio::fs::File::from_std(file).take(length);
    Ok(Body::from_stream(ReaderStream::with_capacity(part, PIECE)))
}

/// The part of a file that a request wants.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// A part that the file does not have.
    Nothing,
}

impl Wanted {
    /// A `Range` of one part in bytes; several parts and what cannot be read are as if there were none.
    fn read(headers: &HeaderMap, size: u64) -> Self {
        let range = headers
            .get(header::RANGE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("bytes="))
            .and_then(|value| value.trim().split_once('-'));
        let Some((first, last)) = range else {
            return Self::Whole;
        };
        let (start, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(size)),
            (Ok(first), Err(_)) if last.is_empty() => (first, size),
            (Err(_), Ok(length)) if first.is_empty() => (size.saturating_sub(length), size),
            _ => return Self::Whole,
        };
        if start < end {
            Self::Part(start..end)
        } else {
            Self::Nothing
        }
    }
}

/// Whether a header that lists ETags has this one. `W/` before one makes no difference here.
pub(crate) fn lists(headers: &HeaderMap, name: HeaderName, etag: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|listed| listed == "*" || listed.strip_prefix("W/").unwrap_or(listed) == etag)
}

/// A download under the file's last name, in the form that carries any character (RFC 6266).
fn disposition(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    format!(
        "attachment; filename*=UTF-8''{}",
        percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
    )
}

/// Every value here is ASCII without control characters.
fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-3", Wanted::Part(0..4)),
            ("bytes=4-", Wanted::Part(4..10)),
            ("bytes=4-99", Wanted::Part(4..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=3-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
        ] {
            let headers = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
            assert_eq!(Wanted::read(&headers, 10), expected, "{range}");
        }
        assert_eq!(Wanted::read(&HeaderMap::new(), 0), Wanted::Whole);
    }
}
