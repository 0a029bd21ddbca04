//! Text from outside, made safe to show: names in lockfiles and advisories are anybody's.

use std::borrow::Cow;

/// Whether a character could steer a terminal or change how what follows is read: controls, and the
/// marks that change the direction of text or cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}')
}

/// `text` on one line, with hidden characters written as `\u{…}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    escape(text, is_hidden)
}

/// Like [`visible`], but line ends stay.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c != '\n' && is_hidden(c))
}

/// Several lines, each made safe to show.
pub(crate) fn shown(lines: impl IntoIterator<Item = String>) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&visible(&line));
        text.push('\n');
    }
    text
}

/// `1 file`, `2 files`
pub(crate) fn count(number: usize, noun: &str) -> String {
    counted(number, noun, &format!("{noun}s"))
}

/// `1 dependency`, `2 dependencies`
pub(crate) fn counted(number: usize, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{number} {noun}")
}

fn escape(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_escaped(c) {
            shown.extend(c.escape_unicode())
        } else {
            shown.push(c)
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("a\u{1b}[31mb\n\u{202e}"), "a\\u{1b}[31mb\\u{a}\\u{202e}");
        assert_eq!(visible_lines("a\nb\r"), "a\nb\\u{d}");
        assert!(matches!(visible("naïve-包"), Cow::Borrowed(_)));
    }
}
