//! Environment markers (PEP 508), as far as they say which extras and dependency groups a package is for.
//!
//! Source of the rules: PyPA's "Dependency specifiers", with `extras` and `dependency_groups` of the
//! "pylock.toml Specification".

/// A comparison of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim<'t> {
    /// The extra is installed.
    Extra(&'t str),
    /// The dependency group is installed.
    Group(&'t str),
    /// Something about the environment, or that something is not installed.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Open,
    Close,
    And,
    Or,
    Word(&'t str),
    Quoted(&'t str),
    Operator,
}

/// Whether `marker` can hold where `can` says so of its comparisons. `None` if it is no marker. Markers have
/// no negation but in the comparisons, so what more can hold never makes less hold.
pub(super) fn can_hold(marker: &str, can: impl Fn(Claim<'_>) -> bool) -> Option<bool> {
    // Two stacks instead of recursion, so that parentheses may be nested as deep as the file has room.
    let mut values: Vec<bool> = Vec::new();
    let mut pending: Vec<Token<'_>> = Vec::new();
    let mut rest = marker;
    while let Some(token) = next(&mut rest)? {
        match token {
            Token::Open => pending.push(token),
            Token::And | Token::Or => {
                while let Some(&before @ (Token::And | Token::Or)) = pending.last() {
                    if token == Token::And && before == Token::Or {
                        break;
                    }
                    pending.pop();
                    join(before, &mut values)?;
                }
                pending.push(token);
            }
            Token::Close => loop {
                match pending.pop()? {
                    Token::Open => break,
                    operator => join(operator, &mut values)?,
                }
            },
            left => values.push(can(comparison(left, &mut rest)?)),
        }
    }
    while let Some(operator) = pending.pop() {
        join(operator, &mut values)?;
    }
    match values.as_slice() {
        [value] => Some(*value),
        _ => None,
    }
}

fn join(operator: Token<'_>, values: &mut Vec<bool>) -> Option<()> {
    let (right, left) = (values.pop()?, values.pop()?);
    values.push(match operator {
        Token::And => left && right,
        Token::Or => left || right,
        _ => return None,
    });
    Some(())
}

/// `left OPERATOR right`, of which `left` is read already.
fn comparison<'t>(left: Token<'t>, rest: &mut &'t str) -> Option<Claim<'t>> {
    let operator = next(rest)??;
    let is_in = operator == Token::Word("in");
    if operator == Token::Word("not") {
        if next(rest)?? != Token::Word("in") {
            return None;
        }
    } else if !is_in && operator != Token::Operator {
        return None;
    }
    let right = next(rest)??;
    Some(match (left, right) {
        (Token::Quoted(name), Token::Word("extras")) if is_in => Claim::Extra(name),
        (Token::Quoted(name), Token::Word("dependency_groups")) if is_in => Claim::Group(name),
        (left, right) if is_value(left) && is_value(right) => Claim::Other,
        _ => return None,
    })
}

/// Whether a token is a text or the name of something about the environment, of which some have older names.
fn is_value(token: Token<'_>) -> bool {
    match token {
        Token::Quoted(_) => true,
        Token::Word(name) => matches!(
            name,
            "python_version"
                | "python_full_version"
                | "os_name"
                | "os.name"
                | "sys_platform"
                | "sys.platform"
                | "platform_release"
                | "platform_system"
                | "platform_version"
                | "platform.version"
                | "platform_machine"
                | "platform.machine"
                | "platform_python_implementation"
                | "platform.python_implementation"
                | "python_implementation"
                | "implementation_name"
                | "implementation_version"
                | "extra"
                | "extras"
                | "dependency_groups"
        ),
        _ => false,
    }
}

/// The next token; `Some(None)` at the end, `None` where no token begins.
#[expect(clippy::option_option, reason = "the end is not a fault")]
fn next<'t>(rest: &mut &'t str) -> Option<Option<Token<'t>>> {
    let text = rest.trim_start();
    let Some(first) = text.chars().next() else {
        return Some(None);
    };
    let is_operator = |c| matches!(c, '<' | '>' | '=' | '!' | '~');
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let (token, length) = match first {
        '(' => (Token::Open, 1),
        ')' => (Token::Close, 1),
        quote @ ('"' | '\'') => {
            let end = text[1..].find(quote)? + 1;
            (Token::Quoted(&text[1..end]), end + 1)
        }
        c if is_operator(c) => {
            let length = text.find(|c| !is_operator(c)).unwrap_or(text.len());
            (Token::Operator, length)
        }
        c if is_word(c) => {
            let length = text.find(|c| !is_word(c)).unwrap_or(text.len());
            let token = match &text[..length] {
                "and" => Token::And,
                "or" => Token::Or,
                word => Token::Word(word),
            };
            (token, length)
        }
        _ => return None,
    };
    *rest = &text[length..];
    Some(Some(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_hold_as_their_comparisons_do() {
        for (marker, expected) in [
            ("python_version < '3'", Some(true)),
            ("'x' in extras", Some(false)),
            ("'x' not in extras", Some(true)),
            ("'y' in extras", Some(true)),
            ("'g' in dependency_groups or 'y' in extras", Some(true)),
            ("'x' in extras and 'y' in extras or os_name == \"nt\"", Some(true)),
            (
                "'x' in extras and ('y' in extras or os_name == \"nt\")",
                Some(false),
            ),
            ("os_name == 'nt' or 'x' in extras and 'x' in extras", Some(true)),
            ("('x' in extras)", Some(false)),
            ("", None),
            ("'x' in", None),
            ("('x' in extras", None),
            ("'x' in extras)", None),
            ("and", None),
            ("'x' in extras 'y' in extras", None),
            ("'x' & y", None),
        ] {
            let can = |claim: Claim<'_>| matches!(claim, Claim::Extra("y") | Claim::Other);
            assert_eq!(can_hold(marker, can), expected, "{marker}");
        }
    }

    #[test]
    fn deep_nesting_is_no_recursion() {
        let deep = format!("{}os_name == 'b'{}", "(".repeat(1 << 20), ")".repeat(1 << 20));
        assert_eq!(can_hold(&deep, |_| true), Some(true));
    }
}
