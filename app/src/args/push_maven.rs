//! `hc artifact push maven`

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::Sending;

pub(super) const HELP: &str = "\
Examples:
  hc artifact push maven my-repo org.example:my-app:1.0 target/my-app-1.0.jar --pom pom.xml
  hc artifact push maven my-repo org.example:my-app:1.0 'target/my-app-1.0*.jar'

A file that is called ARTIFACT-VERSION-CLASSIFIER.ENDING keeps its classifier. Without --pom a POM is made that
says nothing but the coordinates. Beside each file go its checksums, and maven-metadata.xml is brought up to date, as
`mvn deploy` does; a SNAPSHOT becomes a build of its own.";

/// `hc artifact push maven`
#[derive(Args, Debug)]
pub(crate) struct PushMaven {
    /// Registry to put it into
    #[arg(value_name = "REGISTRY", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) registry: String,
    /// What it is; or its first file, where --pom tells what it is
    #[arg(value_name = "GROUP:ARTIFACT:VERSION")]
    pub(crate) coordinates: String,
    /// Its files, or patterns such as 'target/*.jar'; none where it is only a POM
    #[arg(value_name = "FILE", required_unless_present = "pom", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) files: Vec<String>,
    /// Its POM
    #[arg(long, visible_alias = "pom-file", value_name = "FILE")]
    pub(crate) pom: Option<String>,
    /// How.
    #[command(flatten)]
    pub(crate) sending: Sending,
}
