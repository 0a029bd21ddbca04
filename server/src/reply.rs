//! The answers that more than one group gives.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hc_core::checksum::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::download;

/// A JSON body with a status.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A body with its SHA-256 as ETag; 304 where the client has that one. Where one URL has several forms, a cache must
/// ask for each.
pub(crate) fn tagged(headers: &HeaderMap, media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let body = body.into();
    let etag = format!("\"{}\"", hex(&Sha256::digest(&body)));
    let vary = (header::VARY, "Accept");
    if download::lists(headers, header::IF_NONE_MATCH, &etag) {
        return (StatusCode::NOT_MODIFIED, [vary], [(header::ETAG, etag)]).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::ETAG, etag),
    ];
    ([vary], headers, body).into_response()
}

/// `{status: "SUCCESS", data}`, the envelope of v1 and v2.
pub(crate) fn data(data: Value) -> Response {
    let mut envelope = json!({ "status": "SUCCESS" });
    envelope["data"] = data;
    json(StatusCode::OK, &envelope)
}

/// `{status: "SUCCESS"}`, where there is nothing to give back.
pub(crate) fn success() -> Response {
    json(StatusCode::OK, &json!({ "status": "SUCCESS" }))
}

/// A number of bytes as the service writes it: two decimals and a unit, in steps of 1024.
pub(crate) fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];
    let bytes = u64::try_from(bytes).unwrap_or(0);
    let (mut divisor, mut unit) = (1_u64, "B");
    for next in UNITS {
        if bytes / divisor < 1024 {
            break;
        }
        (divisor, unit) = (divisor * 1024, next);
    }
    // Hundredths, rounded, without the loss of a float.
    let hundredths = (u128::from(bytes) * 100 + u128::from(divisor) / 2) / u128::from(divisor);
    format!("{}.{:02}{unit}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_decimals_and_a_unit() {
        for (bytes, expected) in [
            (0, "0.00B"),
            (1023, "1023.00B"),
            (1024, "1.00KB"),
            (1536, "1.50KB"),
            (102_400, "100.00KB"),
            (1_048_576, "1.00MB"),
            (i64::MAX, "8192.00PB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
