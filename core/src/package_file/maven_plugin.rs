//! What a jar says of itself as a plugin of Maven's: `META-INF/maven/plugin.xml`.
//!
//! Source of the rules: Maven's "Plugin Descriptor" and "Introduction to Plugin Prefix Resolution".

use quick_xml::Reader;
use quick_xml::events::Event;

use super::error::PackageError;
use super::source::Source;
use super::zip::Zip;

/// Where the descriptor is.
const DESCRIPTOR: &str = "META-INF/maven/plugin.xml";

/// The most bytes of a descriptor.
const MAX_DESCRIPTOR: u64 = 8 << 20;

/// How deep its elements may be nested.
const DEEPEST: usize = 64;

/// A plugin as its group's metadata name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// What stands before the goals on Maven's command line.
    pub prefix: String,
    /// Its name; empty where it has none.
    pub name: String,
}

/// Reads the jar in `source`; `None` where it is no plugin, or one that has no prefix.
///
/// # Errors
/// When it is no archive, or one that leads out of its folder or unpacks to too much.
pub fn read(source: &dyn Source) -> Result<Option<Plugin>, PackageError> {
    let zip = Zip::open(source)?;
    let Some(entry) = zip.entry(DESCRIPTOR) else {
        return Ok(None);
    };
    Ok(parse(&zip.read(entry, MAX_DESCRIPTOR)?))
}

/// Of a descriptor that cannot be read, nothing is known, as of none.
fn parse(bytes: &[u8]) -> Option<Plugin> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<String> = Vec::new();
    let (mut prefix, mut name) = (String::new(), String::new());
    loop {
        let text = match reader.read_event().ok()? {
            Event::Start(_) if open.len() == DEEPEST => return None,
            Event::Start(start) => {
                open.push(start.local_name().as_ref().to_owned());
                continue;
            }
            Event::End(_) => {
                open.pop()?;
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => character.to_string(),
                _ => quick_xml::escape::resolve_xml_entity(&reference)?.to_owned(),
            },
            Event::Eof => break,
            _ => continue,
        };
        match open.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["plugin", "goalPrefix"] => prefix.push_str(&text),
            ["plugin", "name"] => name.push_str(&text),
            _ => {}
        }
    }
    let (prefix, name) = (prefix.trim().to_owned(), name.trim().to_owned());
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (!prefix.is_empty() && prefix.chars().all(fits)).then_some(Plugin { prefix, name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package_file::sample::zip;

    #[test]
    fn a_plugin_is_known_by_its_descriptor() {
        let plugin = |prefix: &str, name: &str| {
            Some(Plugin {
                prefix: prefix.to_owned(),
                name: name.to_owned(),
            })
        };
        for (text, expected) in [
            (
                "<?xml version=\"1.0\"?><plugin><name>A &amp; B</name><goalPrefix> hi </goalPrefix><mojos><mojo>\
                 <name>no</name><goalPrefix>no</goalPrefix></mojo></mojos></plugin>",
                plugin("hi", "A & B"),
            ),
            ("<plugin><goalPrefix>hi</goalPrefix></plugin>", plugin("hi", "")),
            ("<plugin><goalPrefix></goalPrefix></plugin>", None),
            ("<plugin><goalPrefix>a b</goalPrefix></plugin>", None),
            ("<plugin><goalPrefix>&lt;</goalPrefix></plugin>", None),
            ("<other><goalPrefix>hi</goalPrefix></other>", None),
            ("<plugin><goalPrefix>hi</other>", None),
            ("", None),
        ] {
            let jar = zip(&[(DESCRIPTOR, text.as_bytes())]);
            assert_eq!(read(&jar.as_slice()).unwrap(), expected, "{text}");
        }
        assert_eq!(read(&zip(&[("A.class", b"")]).as_slice()).unwrap(), None);
        assert!(read(&b"no jar".as_slice()).is_err());
    }
}
