//! npm's settings file, `.npmrc`: setting keys in it and leaving everything else as it is.
//!
//! Source: npm's "npmrc" and "registry" pages, and the `ini` format that npm reads: lines of `key = value`,
//! comments after `;` or `#`, and sections, in which a key is another key than outside.

use std::borrow::Cow;

use http::Uri;

/// A key and the value that it is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    key: String,
    value: String,
    is_secret: bool,
}

impl Setting {
    /// The registry of all packages, or of those in a scope such as `@acme`.
    #[must_use]
    pub fn registry(scope: Option<&str>, url: &str) -> Self {
        Self {
            key: scope.map_or_else(|| "registry".to_owned(), |scope| format!("{scope}:registry")),
            value: url.to_owned(),
            is_secret: false,
        }
    }

    /// The token for the registry at `url`. npm knows whose it is by the URL without its scheme, which ends
    /// with a slash. `None` if that is no URL.
    #[must_use]
    pub fn token(url: &str, token: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let host = uri.host()?.to_ascii_lowercase();
        let port = match (uri.scheme_str()?, uri.port_u16()) {
            ("http", Some(80)) | ("https", Some(443)) | (_, None) => String::new(),
            (_, Some(port)) => format!(":{port}"),
        };
        let path = uri.path().trim_end_matches('/');
        Some(Self {
            key: format!("//{host}{port}{path}/:_authToken"),
            value: token.to_owned(),
            is_secret: true,
        })
    }

    /// The line that says so, without its end.
    fn line(&self) -> String {
        format!("{}={}", self.key, quoted(&self.value))
    }

    /// The line as anybody may see it.
    fn shown(&self) -> String {
        if self.is_secret {
            format!("{}={HIDDEN}", self.key)
        } else {
            self.line()
        }
    }

    /// A line that sets this key, as anybody may see it: what it says was not written by us, and may hold a
    /// password.
    fn shown_old(&self, line: &str) -> String {
        let value = line.split_once('=').map_or("", |(_, value)| value);
        if self.is_secret || value.contains(['@', '?', '$']) {
            format!("{}={HIDDEN}", self.key)
        } else {
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    }
}

/// What is shown in place of a secret.
const HIDDEN: &str = "(hidden)";

/// A text in which keys have been set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The new text.
    pub text: String,
    /// What is new in it, from its beginning to its end; empty when every key had its value.
    pub changes: Vec<Change>,
}

/// A line that went or came, without its end and without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It went.
    Removed(String),
    /// It came.
    Added(String),
}

/// Sets keys. A key that is there is set where it first stands, and only there; one that is not is added
/// before the first section. All other lines stay as they are, and new lines end as the first one does. (Where a
/// file mixes `\r` alone with `\n`, an empty line after a repeated key may go with it.)
#[must_use]
pub fn set(text: &str, settings: &[Setting]) -> Edit {
    let lines: Vec<&str> = lines(text).collect();
    let newline = lines.first().map_or("\n", |line| end(line));
    let newline = if newline.is_empty() { "\n" } else { newline };
    let top = lines.iter().position(|line| is_section(line));
    let (top, sections) = lines.split_at(top.unwrap_or(lines.len()));
    let mut edit = Edit {
        text: String::with_capacity(text.len() + 256),
        changes: Vec::new(),
    };
    let mut is_set = vec![false; settings.len()];
    for &line in top {
        let named = key(line).and_then(|key| settings.iter().position(|setting| setting.key == key));
        let Some(number) = named else {
            edit.text.push_str(line);
            continue;
        };
        let setting = &settings[number];
        let wanted = setting.line();
        if is_set[number] || line.trim_end_matches(['\r', '\n']) != wanted {
            edit.changes.push(Change::Removed(setting.shown_old(line)));
            if is_set[number] {
                continue;
            }
            edit.changes.push(Change::Added(setting.shown()));
        }
        is_set[number] = true;
        edit.text.push_str(&wanted);
        edit.text.push_str(end(line));
    }
    for (setting, _) in settings.iter().zip(&is_set).filter(|(_, is_set)| !**is_set) {
        if !edit.text.is_empty() && !edit.text.ends_with(['\n', '\r']) {
            edit.text.push_str(newline);
        }
        edit.text.push_str(&setting.line());
        edit.text.push_str(newline);
        edit.changes.push(Change::Added(setting.shown()));
    }
    edit.text.extend(sections.iter().copied());
    edit
}

/// Whether the text holds a token or password of any registry.
#[must_use]
pub fn holds_secrets(text: &str) -> bool {
    lines(text).filter_map(key).any(|key| {
        let name = key.rsplit(':').next().unwrap_or_default();
        matches!(name, "_authToken" | "_auth" | "_password")
    })
}

/// The lines with their ends, which are `\n`, `\r\n` or `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + 1,
            None => rest.len(),
        };
        let (line, after) = rest.split_at(length);
        rest = after;
        Some(line)
    })
}

/// How a line ends: nothing, if it is the last one and does not.
fn end(line: &str) -> &str {
    &line[line.trim_end_matches(['\r', '\n']).len()..]
}

/// Whether a line begins a section: a name in brackets and nothing else.
fn is_section(line: &str) -> bool {
    let name = line
        .strip_prefix('[')
        .and_then(|rest| rest.trim_end().strip_suffix(']'));
    name.is_some_and(|name| !name.contains(']'))
}

/// The key that a line sets, as npm reads it; `None` for a comment or an empty line.
fn key(line: &str) -> Option<Cow<'_, str>> {
    let text = line.split('=').next()?.trim();
    if text.is_empty() || text.starts_with([';', '#']) {
        return None;
    }
    if text.starts_with('"')
        && let Ok(key) = serde_json::from_str(text)
    {
        return Some(Cow::Owned(key));
    }
    if let Some(key) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        return Some(Cow::Borrowed(key));
    }
    Some(Cow::Borrowed(text.split([';', '#']).next()?.trim_end()))
}

/// A value as npm reads it back: in quotes where it would take part of it for a comment or cut it.
fn quoted(value: &str) -> Cow<'_, str> {
    let is_plain = value.trim() == value && !value.contains([';', '#', '\\', '"', '\'']);
    if is_plain {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(serde_json::Value::from(value).to_string())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const URL: &str = "https://pkg.example/pkg/acc/r/npm/";
    const TOKEN_LINE: &str = "//pkg.example/pkg/acc/r/npm/:_authToken=T";

    fn settings() -> [Setting; 2] {
        [Setting::registry(None, URL), Setting::token(URL, "T").unwrap()]
    }

    #[test]
    fn keys_are_set_and_all_else_stays() {
        let registry = format!("registry={URL}");
        for (rule, before, after) in [
            ("an empty file", "", format!("{registry}\n{TOKEN_LINE}\n")),
            (
                "comments and blank lines stay",
                "; mine\n\n# too\nfund=false\n",
                format!("; mine\n\n# too\nfund=false\n{registry}\n{TOKEN_LINE}\n"),
            ),
            (
                "a key is set where it stands",
                "a=1\nregistry = https://old.example/\nb=2",
                format!("a=1\n{registry}\nb=2\n{TOKEN_LINE}\n"),
            ),
            (
                "a repeated key is set once",
                "registry=x\na=1\n\"registry\"=y\n'registry'=z\nregistry\n",
                format!("{registry}\na=1\n{TOKEN_LINE}\n"),
            ),
            (
                "other registries' keys stay",
                "@s:registry=x\n//pkg.example/:_authToken=U\nregistry2=y\n;registry=z\n",
                format!(
                    "@s:registry=x\n//pkg.example/:_authToken=U\nregistry2=y\n;registry=z\n{registry}\n{TOKEN_LINE}\n"
                ),
            ),
            (
                "line ends stay",
                "a=1\r\nregistry=x\r\nb=2",
                format!("a=1\r\n{registry}\r\nb=2\r\n{TOKEN_LINE}\r\n"),
            ),
            (
                "a key in a section is another key",
                "a=1\n[s]\nregistry=x\n",
                format!("a=1\n{registry}\n{TOKEN_LINE}\n[s]\nregistry=x\n"),
            ),
            (
                "a bracket alone begins no section",
                "[s\nregistry=x\n",
                format!("[s\n{registry}\n{TOKEN_LINE}\n"),
            ),
        ] {
            assert_eq!(set(before, &settings()).text, after, "{rule}");
        }
    }

    #[test]
    fn changes_show_no_secrets() {
        let before = format!("registry=https://u:old@npm.example/\n{TOKEN_LINE}old\n_auth=other\n");
        let [registry, token] = [format!("registry={URL}"), TOKEN_LINE.replace("=T", "=(hidden)")];
        assert_eq!(
            set(&before, &settings()).changes,
            [
                Change::Removed("registry=(hidden)".to_owned()),
                Change::Added(registry),
                Change::Removed(token.clone()),
                Change::Added(token),
            ]
        );
    }

    #[test]
    fn a_token_belongs_to_its_url() {
        for (url, key) in [
            ("https://PKG.example/npm/", "//pkg.example/npm/:_authToken"),
            ("https://pkg.example:443/npm/", "//pkg.example/npm/:_authToken"),
            ("http://127.0.0.1:8717/npm/", "//127.0.0.1:8717/npm/:_authToken"),
            ("http://[::1]:8717/", "//[::1]:8717/:_authToken"),
        ] {
            assert_eq!(Setting::token(url, "T").unwrap().key, key);
        }
        assert_eq!(Setting::token("not a url", "T"), None);
    }

    #[test]
    fn a_value_is_quoted_where_npm_would_cut_it() {
        for (value, expected) in [
            ("pat.a.b.c==", "pat.a.b.c=="),
            ("a;b", "\"a;b\""),
            ("a#\"b", "\"a#\\\"b\""),
        ] {
            assert_eq!(quoted(value), expected);
        }
    }

    #[test]
    fn secrets_of_any_registry_are_seen() {
        for (text, expected) in [
            ("//a.example/:_authToken=x", true),
            ("_auth = x", true),
            ("//a.example/:_password=x", true),
            ("; _auth=x\n//a.example/:username=me\n", false),
            ("", false),
        ] {
            assert_eq!(holds_secrets(text), expected, "{text}");
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            "[a-z;#= \\[\"']{0,12}",
            Just("registry = old".to_owned()),
            Just(format!("{TOKEN_LINE}2")),
            Just("[section]".to_owned()),
        ];
        // Lines that end in `\r` alone do so in the whole file.
        let ends = prop_oneof![Just(["\n", "\r\n"]), Just(["\r", "\r"])];
        let lines = prop::collection::vec((line, 0..2_usize), 0..12);
        (lines, ends).prop_map(|(lines, ends)| {
            lines
                .into_iter()
                .map(|(line, end)| line + ends[end])
                .collect::<String>()
        })
    }

    /// The lines that set none of the keys.
    fn others(text: &str) -> Vec<&str> {
        let settings = settings();
        let mut in_section = false;
        lines(text)
            .filter(|line| {
                in_section |= is_section(line);
                in_section || !key(line).is_some_and(|key| settings.iter().any(|one| one.key == key))
            })
            .collect()
    }

    proptest! {
        #[test]
        fn other_lines_stay_and_setting_twice_is_setting_once(text in text()) {
            let edit = set(&text, &settings());
            prop_assert_eq!(others(&edit.text), others(&text));
            for setting in settings() {
                let is_it = |line: &&str| key(line).is_some_and(|key| key == setting.key);
                let top = lines(&edit.text).take_while(|line| !is_section(line));
                prop_assert_eq!(top.filter(is_it).count(), 1);
            }
            let again = set(&edit.text, &settings());
            prop_assert_eq!(&again.text, &edit.text);
            prop_assert_eq!(again.changes, []);
        }

        #[test]
        fn nothing_panics(text in "\\PC*") {
            let edit = set(&text, &settings());
            let _ = holds_secrets(&edit.text);
        }
    }
}
