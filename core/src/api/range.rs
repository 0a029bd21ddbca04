//! Fetching the rest of a file (RFC 9110, sections 13.1.5 and 14).

use http::HeaderMap;
use http::header::{CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, RANGE};

use super::body::Request;

/// Asks for what comes from `first` on, but for the whole file if that is no longer the one with this ETag, where
/// there is one.
pub fn ask_from(request: &mut Request, first: u64, etag: Option<&str>) {
    let headers = request.headers_mut();
    let etag = etag.map(HeaderValue::from_str).transpose();
    // An ETag that is no header's value came from none.
    if let Ok(etag) = etag
        && let Ok(range) = HeaderValue::from_str(&format!("bytes={first}-"))
    {
        headers.insert(RANGE, range);
        headers.extend(etag.map(|etag| (IF_RANGE, etag)));
    }
}

/// The ETag that stands for these very bytes; a weak one (`W/…`) does not.
#[must_use]
pub fn strong_etag(headers: &HeaderMap) -> Option<&str> {
    let etag = headers.get(ETAG)?.to_str().ok()?;
    let is_strong = etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"');
    is_strong.then_some(etag)
}

/// Which part of a file a response carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentRange {
    /// The first byte's place, from 0.
    pub first: u64,
    /// The last byte's place.
    pub last: u64,
    /// The whole file's length in bytes, if the service knows.
    pub total: Option<u64>,
}

impl ContentRange {
    /// `Content-Range: bytes FIRST-LAST/TOTAL`, if it makes sense.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let range = Self {
            first: first.parse().ok()?,
            last: last.parse().ok()?,
            total: match total {
                "*" => None,
                total => Some(total.parse().ok()?),
            },
        };
        let is_sound = range.first <= range.last && range.total.is_none_or(|total| range.last < total);
        is_sound.then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_content_range_that_makes_no_sense_is_none() {
        let range = |first, last, total| Some(ContentRange { first, last, total });
        for (value, expected) in [
            ("bytes 3-6/7", range(3, 6, Some(7))),
            ("bytes 0-0/*", range(0, 0, None)),
            ("bytes 3-6/6", None),
            ("bytes 6-3/7", None),
            ("bytes */7", None),
            ("bytes 3-6", None),
            ("bytes 3-/7", None),
            ("bytes=3-6/7", None),
            ("bytes 3-6/x", None),
            ("items 3-6/7", None),
        ] {
            assert_eq!(
                ContentRange::read(&header(CONTENT_RANGE, value)),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn only_a_strong_etag_names_bytes() {
        for (value, is_strong) in [
            ("\"abc\"", true),
            ("W/\"abc\"", false),
            ("abc", false),
            ("\"\"", false),
            ("\"", false),
        ] {
            assert_eq!(
                strong_etag(&header(ETAG, value)),
                is_strong.then_some(value),
                "{value}"
            );
        }
    }

    #[test]
    fn the_rest_is_asked_for_on_a_condition() {
        let mut request = Request::new(Vec::new());
        ask_from(&mut request, 7, Some("\"abc\""));
        assert_eq!(request.headers()[RANGE], "bytes=7-");
        assert_eq!(request.headers()[IF_RANGE], "\"abc\"");
    }
}
