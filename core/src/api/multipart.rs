//! Bodies of several parts, as forms send them.
//!
//! Source of the rules: RFC 7578, and for the escaping of names the HTML standard's "multipart form data".

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};

use super::body::{Part, Request, plain};

/// A form on its way into a request.
#[derive(Debug)]
pub struct Form {
    boundary: String,
    parts: Vec<Part>,
}

impl Form {
    /// A form without fields. `boundary` must stand nowhere in what is added: make it of a random number or a
    /// checksum of the files.
    #[must_use]
    pub fn new(boundary: &str) -> Self {
        let fits = |c: &char| c.is_ascii_alphanumeric();
        Self {
            // RFC 2046 allows 70 characters.
            boundary: boundary.chars().filter(fits).take(64).collect(),
            parts: Vec::new(),
        }
    }

    /// Adds a field of text.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{value}\r\n",
            self.boundary,
            escaped(name)
        );
        self.parts.push(Part::Bytes(head.into_bytes()));
        self
    }

    /// Adds a file under the name `file`.
    #[must_use]
    pub fn file(mut self, name: &str, file: &str, content: Part) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            self.boundary,
            escaped(name),
            escaped(file)
        );
        self.parts.extend([
            Part::Bytes(head.into_bytes()),
            content,
            Part::Bytes(b"\r\n".to_vec()),
        ]);
        self
    }

    /// The request that sends it.
    #[must_use]
    pub fn request(self, method: Method, url: String) -> Request {
        let mut request = plain(method, url);
        let content_type = format!("multipart/form-data; boundary={}", self.boundary);
        if let Ok(value) = HeaderValue::from_str(&content_type) {
            request.headers_mut().insert(CONTENT_TYPE, value);
        }
        let mut parts = self.parts;
        parts.push(Part::Bytes(format!("--{}--\r\n", self.boundary).into_bytes()));
        *request.body_mut() = parts;
        request
    }
}

/// A name within quotes.
fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '"' => text.push_str("%22"),
            '\r' => text.push_str("%0D"),
            '\n' => text.push_str("%0A"),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_what_the_standard_says() {
        let file = Part::Bytes(b"content".to_vec());
        let form = Form::new("b-1")
            .text("name", "x\"y")
            .file("content", "a\"\r\nb.whl", file);
        let request = form.request(Method::POST, "http://pkg.example/python".to_owned());
        assert_eq!(
            request.headers()[CONTENT_TYPE],
            "multipart/form-data; boundary=b1"
        );
        let bytes = |part: &Part| match part {
            Part::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            other => panic!("{other:?}"),
        };
        let body: String = request.body().iter().map(bytes).collect();
        assert_eq!(
            body,
            "--b1\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\"y\r\n\
             --b1\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a%22%0D%0Ab.whl\"\r\n\
             Content-Type: application/octet-stream\r\n\r\ncontent\r\n--b1--\r\n"
        );
    }
}
