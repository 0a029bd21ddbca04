//! What tells packages of one name and version apart, in registries where that is not enough: Debian's, by
//! architecture, distribution and component.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// Names and values, as `architecture=amd64,component=main` writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArtifactKey(Vec<(String, String)>);

impl ArtifactKey {
    /// Reads it.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in text.split(',') {
            let (name, value) = part
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()))
                .filter(|(name, value)| !name.is_empty() && !value.is_empty())
                .ok_or_else(|| format!("{part:?} is not NAME=VALUE"))?;
            // A query writes the two with a colon between them.
            if name.contains(':') {
                return Err(format!("the name {name:?} has a colon"));
            }
            if pairs.iter().any(|(known, _)| known == name) {
                return Err(format!("{name} is given twice"));
            }
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self(pairs))
    }

    /// `NAME:VALUE` of each, as queries have them.
    pub(super) fn filters(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, value)| format!("{name}:{value}"))
    }
}

impl Serialize for ArtifactKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_names_with_values() {
        for (text, expected) in [
            ("architecture=amd64", Some(r#"{"architecture":"amd64"}"#)),
            (
                " architecture = amd64 ,component=main/x=y",
                Some(r#"{"architecture":"amd64","component":"main/x=y"}"#),
            ),
            ("", None),
            ("architecture", None),
            ("architecture=", None),
            ("=amd64", None),
            ("a=1,", None),
            ("a=1,a=2", None),
            ("a:b=1", None),
        ] {
            let parsed = ArtifactKey::parse(text).ok();
            let written = parsed.map(|key| serde_json::to_string(&key).unwrap());
            assert_eq!(written.as_deref(), expected, "{text}");
        }
    }
}
