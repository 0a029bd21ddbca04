//! The fields of a `package.json` that may be written in several ways, as npm writes them before it publishes.
//!
//! Source of the rules: npm's documentation of `package.json`, and its library `@npmcli/package-json`.

use serde_json::{Map, Value, json};

/// Brings `manifest`, of the package `name`, into the form that registries are told.
pub(super) fn normalize(manifest: &mut Map<String, Value>, name: &str) {
    type Rule<'r> = (&'static str, &'r dyn Fn(Value) -> Option<Value>);
    let rules: [Rule<'_>; 8] = [
        ("author", &|author| Some(person(author))),
        ("bin", &|bin| commands(bin, name)),
        ("bugs", &|bugs| Some(tracker(bugs))),
        ("contributors", &people),
        ("keywords", &|keywords| Some(words(keywords))),
        ("maintainers", &people),
        ("man", &pages),
        ("repository", &|repository| Some(source(repository))),
    ];
    for (field, rule) in rules {
        if let Some(value) = manifest.remove(field)
            && let Some(value) = rule(value)
        {
            manifest.insert(field.to_owned(), value);
        }
    }
}

/// `Name <mail> (url)` as its parts.
fn person(value: Value) -> Value {
    let Value::String(text) = &value else {
        return value;
    };
    let between = |open: char, close: char| {
        let (_, rest) = text.split_once(open)?;
        Some(rest.split_once(close)?.0).filter(|part| !part.is_empty())
    };
    let name = text.split(['(', '<']).next().map(str::trim);
    let parts = [
        ("name", name.filter(|name| !name.is_empty())),
        ("email", between('<', '>')),
        ("url", between('(', ')')),
    ];
    let known = parts
        .into_iter()
        .filter_map(|(part, text)| Some((part.to_owned(), json!(text?))));
    Value::Object(known.collect())
}

fn people(value: Value) -> Option<Value> {
    Some(match value {
        Value::Array(people) => people.into_iter().map(person).collect(),
        other => other,
    })
}

/// The commands of a package: a single one has its name without the scope. `None` where there is none that could be
/// linked.
fn commands(value: Value, name: &str) -> Option<Value> {
    let named: Vec<(String, Value)> = match value {
        Value::String(_) => vec![(name.to_owned(), value)],
        Value::Array(paths) => {
            let named = |path: Value| Some((path.as_str()?.to_owned(), path));
            paths.into_iter().filter_map(named).collect()
        }
        Value::Object(commands) => commands.into_iter().collect(),
        _ => return None,
    };
    let clean = |(command, path): (String, Value)| {
        let path = inside(path.as_str()?);
        let command = inside(&command);
        let command = command.rsplit('/').next().unwrap_or_default().to_owned();
        (!command.is_empty() && !path.is_empty()).then_some((command, Value::String(path)))
    };
    let commands: Map<String, Value> = named.into_iter().filter_map(clean).collect();
    (!commands.is_empty()).then_some(Value::Object(commands))
}

/// A path in the package, whatever it was: `./x` and `../x` are `x`.
fn inside(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split(['/', '\\', ':']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Manual pages.
fn pages(value: Value) -> Option<Value> {
    let pages = match value {
        Value::Array(pages) => pages,
        page => vec![page],
    };
    let pages: Vec<String> = pages.iter().filter_map(Value::as_str).map(inside).collect();
    (!pages.is_empty()).then(|| json!(pages))
}

/// Where bugs are told: a URL or an e-mail address.
fn tracker(value: Value) -> Value {
    match &value {
        Value::String(text) if text.contains("://") => json!({ "url": text }),
        Value::String(text) if text.contains('@') => json!({ "email": text }),
        _ => value,
    }
}

fn words(value: Value) -> Value {
    match &value {
        Value::String(text) => text.split(", ").map(str::trim_start).collect(),
        _ => value,
    }
}

/// Where the source code is: text is a URL, or `OWNER/NAME` at a host that is named before it or is the usual one.
fn source(value: Value) -> Value {
    const HOSTS: [(&str, &str); 3] = [
        ("github", "github.com"),
        ("gitlab", "gitlab.com"),
        ("bitbucket", "bitbucket.org"),
    ];
    let Value::String(text) = &value else {
        return value;
    };
    let (short, path) = text.split_once(':').unwrap_or(("github", text));
    let host = HOSTS.iter().find(|(known, _)| *known == short);
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains([' ', '@', ':']);
    let is_short = path.split('/').count() == 2 && path.split('/').all(is_name);
    let url = match host {
        Some((_, host)) if is_short => {
            format!(
                "git+https://{host}/{}.git",
                path.strip_suffix(".git").unwrap_or(path)
            )
        }
        _ => text.clone(),
    };
    json!({ "type": "git", "url": url })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What npm 11 publishes of these.
    #[test]
    fn fields_are_written_as_npm_publishes_them() {
        for (field, written, expected) in [
            (
                "author",
                json!("A b <a@x.example> (https://h.example)"),
                json!({ "name": "A b", "email": "a@x.example", "url": "https://h.example" }),
            ),
            ("author", json!({ "name": "A" }), json!({ "name": "A" })),
            ("contributors", json!(["B"]), json!([{ "name": "B" }])),
            ("bin", json!("./cli.js"), json!({ "x": "cli.js" })),
            (
                "bin",
                json!({ "a/b": "../../x.js", "c": 1 }),
                json!({ "b": "x.js" }),
            ),
            ("bin", json!(["bin/a"]), json!({ "a": "bin/a" })),
            ("bin", json!({}), Value::Null),
            ("bin", json!(""), Value::Null),
            (
                "bugs",
                json!("https://b.example"),
                json!({ "url": "https://b.example" }),
            ),
            ("bugs", json!("b@x.example"), json!({ "email": "b@x.example" })),
            ("keywords", json!("a, b c,d"), json!(["a", "b c,d"])),
            ("keywords", json!(["a"]), json!(["a"])),
            ("man", json!("./x.1"), json!(["x.1"])),
            (
                "repository",
                json!("github:a/b"),
                json!({ "type": "git", "url": "git+https://github.com/a/b.git" }),
            ),
            (
                "repository",
                json!("a/b"),
                json!({ "type": "git", "url": "git+https://github.com/a/b.git" }),
            ),
            (
                "repository",
                json!("https://git.example/a/b"),
                json!({ "type": "git", "url": "https://git.example/a/b" }),
            ),
            ("repository", json!({ "url": "a" }), json!({ "url": "a" })),
            ("other", json!("./x"), json!("./x")),
        ] {
            let mut manifest = Map::from_iter([(field.to_owned(), written.clone())]);
            normalize(&mut manifest, "@s/x");
            let found = manifest.remove(field).unwrap_or_default();
            assert_eq!(found, expected, "{field}: {written}");
        }
    }
}
