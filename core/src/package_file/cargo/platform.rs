//! The platforms that a dependency is for, as Cargo writes them to registries.
//!
//! Source of the rules: the Cargo reference, "Platform specific dependencies", and what Cargo's library
//! `cargo-platform` prints.

/// `cfg(…)` with the blanks that Cargo writes, whatever blanks the manifest has; a target's name as it is.
#[must_use]
pub fn written(target: &str) -> String {
    spaced(target).unwrap_or_else(|| target.to_owned())
}

/// `None` where it is no `cfg(…)`, or a quote is not closed.
fn spaced(target: &str) -> Option<String> {
    let inner = target.strip_prefix("cfg(")?.strip_suffix(')')?;
    let mut text = "cfg(".to_owned();
    let mut rest = inner.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"')? + 2,
            '=' | ',' | '(' | ')' => 1,
            _ => rest
                .find(|c: char| c.is_whitespace() || "\"=,()".contains(c))
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after.trim_start();
        match token {
            "=" => text.push_str(" = "),
            // One may stand behind the last of several.
            "," if after_commas(rest).starts_with(')') => {}
            "," => text.push_str(", "),
            "(" | ")" => text.push_str(token),
            // Two words beside each other are no condition.
            _ if text.ends_with(is_of_word) => return None,
            token => text.push_str(token),
        }
    }
    text.push(')');
    Some(text)
}

fn is_of_word(c: char) -> bool {
    !(c.is_whitespace() || "=,()".contains(c))
}

fn after_commas(text: &str) -> &str {
    text.trim_start_matches(|c: char| c == ',' || c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_those_that_cargo_writes() {
        for (target, expected) in [
            ("cfg(unix)", "cfg(unix)"),
            ("cfg(target_os=\"hermit\")", "cfg(target_os = \"hermit\")"),
            (
                "cfg( all(unix,not( target_os = \"a b,=\" ), ) )",
                "cfg(all(unix, not(target_os = \"a b,=\")))",
            ),
            ("x86_64-pc-windows-gnu", "x86_64-pc-windows-gnu"),
            ("cfg(a=\"b)", "cfg(a=\"b)"),
            ("cfg(a b)", "cfg(a b)"),
            ("cfg()", "cfg()"),
            ("", ""),
        ] {
            assert_eq!(written(target), expected);
            assert_eq!(written(expected), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_written_once_and_for_all(text in "cfg\\([a-z=\", ()]{0,12}\\)") {
            let once = written(&text);
            assert_eq!(written(&once), once);
        }
    }
}
