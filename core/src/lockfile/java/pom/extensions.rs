//! `.mvn/extensions.xml`: what extends Maven itself.
//!
//! Source of the rules: Maven's "Core extensions", and what each extension says of itself.

use super::super::xml::{self, Document};

/// Extensions that leave what a POM declares as it is: they watch, cache, transport and order builds, or tell
/// properties of the machine and the version of the project itself. Without an artifact, all of the group.
const HARMLESS: [(&str, &str); 15] = [
    ("com.gradle", ""),
    ("co.leantechniques", "maven-buildtime-extension"),
    ("com.soebes.maven.extensions", ""),
    ("eu.maveniverse.maven.mimir", ""),
    ("fr.brouillard.oss", "jgitver-maven-plugin"),
    ("fr.jcgay.maven", ""),
    ("io.jenkins.tools.incrementals", "git-changelist-maven-extension"),
    ("io.takari.aether", ""),
    ("io.takari.maven", "takari-smart-builder"),
    ("kr.motd.maven", "os-maven-plugin"),
    ("org.apache.maven.extensions", "maven-build-cache-extension"),
    ("org.apache.maven.resolver", ""),
    ("org.apache.maven.wagon", ""),
    ("org.mvndaemon.mvnd", ""),
    (
        "com.google.cloud.artifactregistry",
        "artifactregistry-maven-wagon",
    ),
];

/// Those in a file that may change what the POMs declare, with their lines; the error if it cannot be read.
pub(super) fn unknown(path: &str, bytes: &[u8]) -> Result<Vec<(String, usize)>, ()> {
    let text = xml::decode(path, bytes).map_err(drop)?;
    let document = Document::parse(path, &text, "extensions").map_err(drop)?;
    let mut unknown = Vec::new();
    for extension in document
        .root()
        .children()
        .filter(|child| child.name() == "extension")
    {
        let text = |name| extension.child_text(name).unwrap_or_default();
        let (group, artifact) = (text("groupId"), text("artifactId"));
        let is_harmless = HARMLESS
            .iter()
            .any(|known| group == known.0 && (known.1.is_empty() || artifact == known.1));
        if !is_harmless {
            unknown.push((format!("{group}:{artifact}"), extension.line()));
        }
    }
    Ok(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_leave_poms_alone_are_known() {
        let extension = |group: &str, artifact: &str| {
            format!("<extension><groupId>{group}</groupId><artifactId>{artifact}</artifactId></extension>\n")
        };
        let text = format!(
            "<extensions>{}{}{}</extensions>",
            extension("com.gradle", "develocity-maven-extension"),
            extension("kr.motd.maven", "other"),
            extension("kr.motd.maven", "os-maven-plugin"),
        );
        assert_eq!(
            unknown("e", text.as_bytes()),
            Ok(vec![("kr.motd.maven:other".to_owned(), 2)])
        );
        assert_eq!(unknown("e", b"<extensions>"), Err(()));
    }
}
