//! `maven-metadata.xml` as text.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::metadata::{Metadata, Prefix, Snapshot, SnapshotVersion, Versioning};

/// How deep elements may be nested.
const DEEPEST: usize = 16;

/// Reads the file. Elements that Maven has not are passed over, as Maven does.
pub(super) fn parse(bytes: &[u8]) -> Result<Metadata, String> {
    let bad = || "it is no maven-metadata.xml".to_owned();
    let text = std::str::from_utf8(bytes).map_err(|_| bad())?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut metadata = Metadata::default();
    let mut open: Vec<String> = Vec::new();
    let mut is_metadata = false;
    loop {
        let text = match reader
            .read_event()
            .map_err(|error| format!("{}: {error}", bad()))?
        {
            Event::Start(_) if open.len() == DEEPEST => return Err(bad()),
            Event::Start(start) => {
                open.push(start.local_name().as_ref().to_owned());
                is_metadata |= open[0] == "metadata";
                begin(&mut metadata, &open);
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(character)) => character.to_string(),
                _ => quick_xml::escape::resolve_xml_entity(&reference)
                    .ok_or_else(bad)?
                    .to_owned(),
            },
            Event::Eof => break,
            _ => continue,
        };
        if let Some(field) = field(&mut metadata, &open) {
            field.push_str(&text);
        }
    }
    if !is_metadata || !open.is_empty() {
        return Err(bad());
    }
    Ok(trimmed(metadata))
}

fn path(open: &[String]) -> Vec<&str> {
    open.iter().map(String::as_str).collect()
}

/// Makes room for what an element will hold.
fn begin(metadata: &mut Metadata, open: &[String]) {
    match path(open)[..] {
        ["metadata", "plugins", "plugin"] => metadata.plugins.push(Prefix::default()),
        ["metadata", "versioning"] => drop(metadata.versioning.get_or_insert_default()),
        ["metadata", "versioning", "snapshot"] => {
            metadata.versioning.get_or_insert_default().snapshot = Some(Snapshot::default());
        }
        ["metadata", "versioning", "versions", "version"] => {
            let versioning = metadata.versioning.get_or_insert_default();
            versioning.versions.push(String::new());
        }
        ["metadata", "versioning", "snapshotVersions", "snapshotVersion"] => {
            let versioning = metadata.versioning.get_or_insert_default();
            versioning.snapshot_versions.push(SnapshotVersion::default());
        }
        _ => {}
    }
}

/// Where the text of an element goes.
fn field<'m>(metadata: &'m mut Metadata, open: &[String]) -> Option<&'m mut String> {
    let path = path(open);
    let ["metadata", rest @ ..] = path.as_slice() else {
        return None;
    };
    match rest {
        ["groupId"] => Some(&mut metadata.group),
        ["artifactId"] => Some(&mut metadata.artifact),
        ["version"] => Some(&mut metadata.version),
        ["plugins", "plugin", name] => {
            let plugin = metadata.plugins.last_mut()?;
            match *name {
                "name" => Some(&mut plugin.name),
                "prefix" => Some(&mut plugin.prefix),
                "artifactId" => Some(&mut plugin.artifact),
                _ => None,
            }
        }
        ["versioning", rest @ ..] => field_of_versioning(metadata.versioning.as_mut()?, rest),
        _ => None,
    }
}

fn field_of_versioning<'m>(versioning: &'m mut Versioning, path: &[&str]) -> Option<&'m mut String> {
    match path {
        ["latest"] => Some(&mut versioning.latest),
        ["release"] => Some(&mut versioning.release),
        ["lastUpdated"] => Some(&mut versioning.last_updated),
        ["versions", "version"] => versioning.versions.last_mut(),
        ["snapshot", name] => {
            let snapshot = versioning.snapshot.as_mut()?;
            match *name {
                "timestamp" => Some(&mut snapshot.timestamp),
                "buildNumber" => Some(&mut snapshot.build_number),
                "localCopy" => Some(&mut snapshot.local_copy),
                _ => None,
            }
        }
        ["snapshotVersions", "snapshotVersion", name] => {
            let version = versioning.snapshot_versions.last_mut()?;
            match *name {
                "classifier" => Some(&mut version.classifier),
                "extension" => Some(&mut version.extension),
                "value" => Some(&mut version.value),
                "updated" => Some(&mut version.updated),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The same without the blanks around its texts.
fn trimmed(mut metadata: Metadata) -> Metadata {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    let Metadata {
        group,
        artifact,
        version,
        plugins,
        versioning,
    } = &mut metadata;
    [group, artifact, version].into_iter().for_each(trim);
    for Prefix {
        name,
        prefix,
        artifact,
    } in plugins
    {
        [name, prefix, artifact].into_iter().for_each(trim);
    }
    if let Some(versioning) = versioning {
        [
            &mut versioning.latest,
            &mut versioning.release,
            &mut versioning.last_updated,
        ]
        .into_iter()
        .for_each(trim);
        versioning.versions.iter_mut().for_each(trim);
        if let Some(snapshot) = &mut versioning.snapshot {
            [
                &mut snapshot.timestamp,
                &mut snapshot.build_number,
                &mut snapshot.local_copy,
            ]
            .into_iter()
            .for_each(trim);
        }
        for version in &mut versioning.snapshot_versions {
            [
                &mut version.classifier,
                &mut version.extension,
                &mut version.value,
                &mut version.updated,
            ]
            .into_iter()
            .for_each(trim);
        }
    }
    metadata
}

/// Text that grows by lines of elements.
#[derive(Default)]
struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn line(&mut self, text: &str) {
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// An element of text; none where that is empty.
    fn element(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            let text = quick_xml::escape::partial_escape(text);
            self.line(&format!("<{name}>{text}</{name}>"));
        }
    }

    /// An element of elements.
    fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.line(&format!("<{name}>"));
        self.depth += 1;
        content(self);
        self.depth -= 1;
        self.line(&format!("</{name}>"));
    }
}

/// Writes the file.
pub(super) fn write(metadata: &Metadata) -> String {
    let mut lines = Lines::default();
    lines.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    lines.within("metadata", |lines| {
        lines.element("groupId", &metadata.group);
        lines.element("artifactId", &metadata.artifact);
        lines.element("version", &metadata.version);
        if !metadata.plugins.is_empty() {
            lines.within("plugins", |lines| {
                for Prefix {
                    name,
                    prefix,
                    artifact,
                } in &metadata.plugins
                {
                    lines.within("plugin", |lines| {
                        lines.element("name", name);
                        lines.element("prefix", prefix);
                        lines.element("artifactId", artifact);
                    });
                }
            });
        }
        if let Some(versioning) = &metadata.versioning {
            lines.within("versioning", |lines| write_versioning(lines, versioning));
        }
    });
    lines.text
}

fn write_versioning(lines: &mut Lines, versioning: &Versioning) {
    lines.element("latest", &versioning.latest);
    lines.element("release", &versioning.release);
    if let Some(snapshot) = &versioning.snapshot {
        lines.within("snapshot", |lines| {
            lines.element("timestamp", &snapshot.timestamp);
            lines.element("buildNumber", &snapshot.build_number);
            lines.element("localCopy", &snapshot.local_copy);
        });
    }
    if !versioning.versions.is_empty() {
        lines.within("versions", |lines| {
            for version in &versioning.versions {
                lines.element("version", version);
            }
        });
    }
    lines.element("lastUpdated", &versioning.last_updated);
    if !versioning.snapshot_versions.is_empty() {
        lines.within("snapshotVersions", |lines| {
            for version in &versioning.snapshot_versions {
                lines.within("snapshotVersion", |lines| {
                    lines.element("classifier", &version.classifier);
                    lines.element("extension", &version.extension);
                    lines.element("value", &version.value);
                    lines.element("updated", &version.updated);
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::metadata::{Build, News};
    use super::*;
    use crate::package_file::maven::Coordinates;
    use crate::package_file::maven_plugin::Plugin;

    #[test]
    fn metadata_of_mavens_own_are_read_and_written() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata modelVersion=\"1.1.0\">\n  \
            <groupId>org.example</groupId>\n  <artifactId>app</artifactId>\n  <version>1-SNAPSHOT</version>\n  \
            <plugins>\n    <plugin>\n      <name>A &amp; B</name>\n      <prefix>a</prefix>\n      \
            <artifactId>a-plugin</artifactId>\n    </plugin>\n  </plugins>\n  <versioning>\n    \
            <latest>2</latest>\n    <release>2</release>\n    <snapshot>\n      \
            <timestamp>20260102.030405</timestamp>\n      <buildNumber>7</buildNumber>\n    </snapshot>\n    \
            <versions>\n      <version>1</version>\n      <version>2</version>\n    </versions>\n    \
            <lastUpdated>20260102030405</lastUpdated>\n    <snapshotVersions>\n      <snapshotVersion>\n        \
            <classifier>sources</classifier>\n        <extension>jar</extension>\n        \
            <value>1-20260102.030405-7</value>\n        <updated>20260102030405</updated>\n      \
            </snapshotVersion>\n    </snapshotVersions>\n  </versioning>\n</metadata>\n";
        let parsed = parse(text.as_bytes()).unwrap();
        assert_eq!(write(&parsed), text.replace(" modelVersion=\"1.1.0\"", ""));
        let other = "<m:metadata xmlns:m='x'>\r\n<groupId> g </groupId><other><groupId>no</groupId></other>\
                     <versioning><versions><version/><version><![CDATA[1]]></version></versions></versioning>\
                     </m:metadata>";
        let parsed = parse(other.as_bytes()).unwrap();
        assert_eq!(parsed.group, "g");
        assert_eq!(parsed.versioning.unwrap().versions, ["", "1"]);
    }

    #[test]
    fn what_a_push_makes_of_metadata_is_read_as_it_was() {
        let at = |text: &str| Coordinates::parse(text).unwrap();
        let now = Duration::from_secs(1_771_393_686);
        let plugin = Plugin {
            prefix: "hello".to_owned(),
            name: "Hi & <Ho>".to_owned(),
        };
        let names = ["app-1-SNAPSHOT.pom", "app-1-SNAPSHOT-sources.jar"];
        let build = Build::after(
            &Metadata::default(),
            &at("org.example:app:1-SNAPSHOT"),
            &names,
            now,
        );
        let mut metadata = Metadata::default().with(&News::Version(at("org.example:app:1&0")), now);
        assert_eq!(
            write(&metadata),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata>\n  <groupId>org.example</groupId>\n  \
             <artifactId>app</artifactId>\n  <versioning>\n    <latest>1&amp;0</latest>\n    \
             <release>1&amp;0</release>\n    <versions>\n      <version>1&amp;0</version>\n    </versions>\n    \
             <lastUpdated>20260218054806</lastUpdated>\n  </versioning>\n</metadata>\n"
        );
        for news in [
            News::Plugin(at("org.example:hello-maven-plugin:1"), plugin),
            News::Build(build),
        ] {
            metadata = metadata.with(&news, now);
            assert_eq!(parse(write(&metadata).as_bytes()), Ok(metadata.clone()));
        }
    }

    #[test]
    fn what_is_no_metadata_is_told() {
        for text in [
            "",
            "{}",
            "<html><metadata/></html>",
            "<metadata>",
            "<metadata></other>",
            "<metadata><groupId>&x;</groupId></metadata>",
            &"<metadata>".repeat(100),
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"\xff\xfe").is_err());
    }
}
