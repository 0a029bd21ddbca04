//! Rich versions as a script writes them: `version { strictly '1.0'; reject '1.1' }`.
//!
//! Source of the rules: Gradle's manual, "Declaring rich versions".

use std::rc::Rc;

use super::expression::{Reader, Script};
use super::notation::Rich;
use super::token::Kind;
use super::value::Variables;

#[derive(Debug, Default)]
pub(super) struct Written {
    strictly: Option<Rc<str>>,
    require: Option<Rc<str>>,
    prefer: Option<Rc<str>>,
    rejects: Vec<Rc<str>>,
}

impl Written {
    /// What the block says that opens at `open`. A value that is not known stays open.
    pub(super) fn read(script: Script<'_>, open: usize, variables: &mut Variables) -> Self {
        let mut written = Self::default();
        for at in children(script, open) {
            let Some(kind @ ("strictly" | "require" | "prefer" | "reject" | "rejectAll")) = script.word(at)
            else {
                continue;
            };
            if kind == "rejectAll" {
                written.rejects = vec!["+".into()];
                continue;
            }
            let arguments = match script.kind(at + 1) {
                Some(Kind::Open(b'(')) => Reader::within(script, at + 1).arguments(variables),
                _ => Reader::new(script, at + 1).arguments(variables),
            };
            let texts = arguments.positional.iter();
            let mut texts =
                texts.map(|value| variables.text_of(value).unwrap_or_else(|| "${version}".into()));
            match kind {
                "strictly" => written.strictly = texts.next(),
                "require" => written.require = texts.next(),
                "prefer" => written.prefer = texts.next(),
                _ => written.rejects.extend(texts),
            }
        }
        written
    }

    /// The version of a dependency that asks for `own` outside of the block, as one text.
    pub(super) fn notation(&self, own: &str) -> String {
        let rich = Rich {
            strictly: self.strictly.as_deref(),
            require: self.require.as_deref().or(Some(own)),
            prefer: self.prefer.as_deref(),
            rejects: self.rejects.iter().map(AsRef::as_ref).collect(),
        };
        rich.notation()
    }
}

/// The tokens of a block that stand in no bracket of their own.
pub(super) fn children<'s>(script: Script<'s>, open: usize) -> impl Iterator<Item = usize> + use<'s> {
    let end = script.partner(open);
    let next = move |at: &usize| match script.kind(*at) {
        Some(Kind::Open(_)) => Some(script.partner(*at) + 1),
        _ => Some(at + 1),
    };
    std::iter::successors(Some(open + 1), next).take_while(move |&at| at < end)
}
