//! The headers of a form and of its parts.
//!
//! Source of the rules: RFC 9110, section 5.6.6 for parameters, RFC 7578, section 4.2 for names, RFC 5987 for
//! `filename*`, and the HTML standard's "multipart form data" for how names are escaped.

use percent_encoding::percent_decode_str;

/// What a part is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disposition {
    /// The name of its field.
    pub(super) name: String,
    /// The name of its file; `None` for a text.
    pub(super) file_name: Option<String>,
}

/// The boundary in a `Content-Type`, if it is that of a form. At most 70 characters (RFC 2046).
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(parameters, "boundary").filter(|boundary| (1..=70).contains(&boundary.len()))
}

/// Reads the header lines of a part, of which only `Content-Disposition` is wanted.
pub(super) fn disposition<'l>(lines: impl Iterator<Item = &'l str>) -> Option<Disposition> {
    let value = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))?
        .1;
    let (kind, parameters) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let extended = parameter(parameters, "filename*").and_then(|value| {
        let encoded = value
            .get(..7)
            .filter(|start| start.eq_ignore_ascii_case("utf-8''"))?;
        let decoded = percent_decode_str(&value[encoded.len()..]).decode_utf8().ok()?;
        Some(decoded.into_owned())
    });
    Some(Disposition {
        name: unescaped(&parameter(parameters, "name")?),
        file_name: extended.or_else(|| parameter(parameters, "filename").map(|name| unescaped(&name))),
    })
}

/// The value of a parameter: a word, or within quotes, where a backslash may stand before a quote.
fn parameter(mut text: &str, wanted: &str) -> Option<String> {
    loop {
        let (name, rest) = text.split_once('=')?;
        let name = name.trim_start_matches([';', ' ', '\t']).trim_end();
        let rest = rest.trim_start();
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut value = String::new();
                let mut chars = quoted.char_indices().peekable();
                let end = loop {
                    match chars.next()? {
                        (end, '"') => break end,
                        // Some clients write a Windows path as it is.
                        (_, '\\') if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                            value.push('"');
                            chars.next();
                        }
                        (_, c) => value.push(c),
                    }
                };
                (value, &quoted[end + 1..])
            }
            None => {
                let end = rest.find(';').unwrap_or(rest.len());
                (rest[..end].trim_end().to_owned(), &rest[end..])
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        text = after;
    }
}

/// A name without the three escapes that forms write.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_read_as_clients_write_it() {
        for (text, expected) in [
            ("multipart/form-data; boundary=abc", Some("abc")),
            (
                "Multipart/Form-Data;charset=utf-8; Boundary=\"a b;c\"",
                Some("a b;c"),
            ),
            ("multipart/form-data; boundary=a;x=y", Some("a")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data; boundary=\"a", None),
            ("multipart/mixed; boundary=abc", None),
            ("application/json", None),
        ] {
            assert_eq!(boundary(text).as_deref(), expected, "{text}");
        }
        assert_eq!(
            boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))),
            None
        );
    }

    #[test]
    fn a_part_is_known_by_its_disposition() {
        let part = |name: &str, file: Option<&str>| {
            Some(Disposition {
                name: name.to_owned(),
                file_name: file.map(str::to_owned),
            })
        };
        for (line, expected) in [
            ("Content-Disposition: form-data; name=\"a\"", part("a", None)),
            ("content-disposition:form-data;name=a", part("a", None)),
            (
                "Content-Disposition: form-data; name=package; filename=p.nupkg; filename*=utf-8''p%20q.nupkg",
                part("package", Some("p q.nupkg")),
            ),
            (
                "Content-Disposition: form-data; filename=\"a;b=c\"; name=\"f\"",
                part("f", Some("a;b=c")),
            ),
            (
                "Content-Disposition: form-data; name=\"f\"; filename=\"a%22\\\"b\\c\"",
                part("f", Some("a\"\"b\\c")),
            ),
            (
                "Content-Disposition: form-data; name=\"é\"; filename=\"\"",
                part("é", Some("")),
            ),
            ("Content-Disposition: form-data; filename=\"a\"", None),
            ("Content-Disposition: attachment; name=\"a\"", None),
            ("Content-Disposition: form-data; name=\"a", None),
            ("Content-Type: text/plain", None),
        ] {
            assert_eq!(disposition([line].into_iter()), expected, "{line}");
        }
    }
}
