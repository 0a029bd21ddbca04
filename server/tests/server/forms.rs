//! Bodies of several parts, whatever package type they are for.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};

use crate::support::{answer, config, form, is_empty, start, start_with};

const UPLOAD: &str = "/pkg/acc/g/go/upload";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_none_breaks_off_or_says_too_much_leaves_nothing_behind() {
    let server = start().await;
    server.create("acc", "g", "GO").await;
    let (right, body) = form(&[("mod", Some("v1.0.0.mod"), b"module go.example/a\n")]);
    let text = vec![b'x'; (4 << 20) + 1];
    let many: Vec<_> = (0..1001).map(|_| ("field", None, &b"text"[..])).collect();
    for (content_type, body) in [
        ("application/octet-stream", body.clone()),
        ("multipart/form-data", body.clone()),
        ("multipart/form-data; boundary=other", body.clone()),
        (right, body[..body.len() - 5].to_vec()),
        (right, b"--limit\r\n\r\nno field\r\n--limit--".to_vec()),
        (right, [b"--limit\r\nX: ".to_vec(), vec![b'y'; 40_000]].concat()),
        (right, form(&[("field", None, &text)]).1),
        (right, form(&[("field", None, b"\xff")]).1),
        (right, form(&many).1),
    ] {
        let request = server
            .request(Method::PUT, UPLOAD)
            .header(CONTENT_TYPE, content_type);
        let (status, said) = answer(request.body(body.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{content_type}: {said}");
        assert!(is_empty(server.data.as_ref().unwrap().path()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_too_large_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let server = start_with(hc_server::Config {
        max_body: 1000,
        ..config(data.path())
    })
    .await;
    server.create("acc", "g", "GO").await;
    let (content_type, body) = form(&[("zip", Some("v1.0.0.zip"), &[0; 1000])]);
    let request = server
        .request(Method::PUT, UPLOAD)
        .header(CONTENT_TYPE, content_type);
    assert_eq!(answer(request.body(body)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(is_empty(data.path()));
}
