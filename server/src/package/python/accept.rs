//! Which form of the simple index a client wants (PEP 691).

use axum::http::{HeaderMap, header};

/// The forms of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Html,
    /// The same bytes as [`Form::Html`] under the older name.
    PlainHtml,
}

/// Each form, the names that clients ask for it by, and the one that it is given under.
const FORMS: [(Form, [&str; 2]); 3] = [
    (
        Form::Json,
        [
            "application/vnd.pypi.simple.v1+json",
            "application/vnd.pypi.simple.latest+json",
        ],
    ),
    (
        Form::Html,
        [
            "application/vnd.pypi.simple.v1+html",
            "application/vnd.pypi.simple.latest+html",
        ],
    ),
    (Form::PlainHtml, ["text/html", "text/html"]),
];

impl Form {
    /// The form that `Accept` prefers; plain HTML for who says nothing, or nothing that there is, as browsers and
    /// older clients expect.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let mut best = (Self::PlainHtml, 0.0);
        let values = headers.get_all(header::ACCEPT).iter();
        for range in values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let quality = parts
                .find_map(|parameter| parameter.strip_prefix("q="))
                .map_or(Some(1.0), |quality| quality.parse::<f32>().ok())
                .unwrap_or(0.0);
            let form = FORMS.iter().find(|(_, names)| names.contains(&name));
            if let Some((form, _)) = form
                && quality > best.1
            {
                best = (*form, quality);
            }
        }
        best.0
    }

    /// The media type that it is given under.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/vnd.pypi.simple.v1+json",
            Self::Html => "application/vnd.pypi.simple.v1+html; charset=utf-8",
            Self::PlainHtml => "text/html; charset=utf-8",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_that_is_liked_best_is_given() {
        for (accept, expected) in [
            (
                "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
                Form::Json,
            ),
            ("application/vnd.pypi.simple.latest+json", Form::Json),
            (
                "text/html, application/vnd.pypi.simple.v1+json;q=0.5",
                Form::PlainHtml,
            ),
            ("application/vnd.pypi.simple.v1+html", Form::Html),
            ("application/vnd.pypi.simple.v1+json;q=0", Form::PlainHtml),
            ("application/vnd.pypi.simple.v1+json;q=x", Form::PlainHtml),
            ("*/*", Form::PlainHtml),
            ("image/png", Form::PlainHtml),
            ("", Form::PlainHtml),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(Form::wanted(&headers), expected, "{accept}");
        }
        assert_eq!(Form::wanted(&HeaderMap::new()), Form::PlainHtml);
    }
}
