//! What somebody most likely means who types a command that is not there: the words that other tools have for ours.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Words of other tools and guesses, and the command that does it here.
const COMMANDS: [(&[&str], &str); 12] = [
    (
        &[
            "scan",
            "check",
            "test",
            "vuln",
            "vulns",
            "vulnerabilities",
            "fs",
            "sca",
        ],
        "hc audit",
    ),
    (&["fw", "firewall"], "hc registry fw"),
    (
        &["explain", "why", "info", "show", "view"],
        "hc registry fw explain",
    ),
    (&["login", "signin"], "hc auth login"),
    (&["logout", "signout"], "hc auth logout"),
    (&["whoami", "status"], "hc auth status"),
    (&["configure", "config"], "hc registry configure"),
    (&["push", "publish", "upload", "deploy"], "hc artifact push"),
    (&["pull", "download", "get"], "hc artifact pull"),
    (&["list", "ls", "search"], "hc artifact list"),
    (&["tree", "graph", "sbom", "dependencies", "ls-deps"], "hc deps"),
    (&["server", "run", "start", "proxy"], "hc serve"),
];

/// The command that is most likely meant, as a sentence, if what was typed suggests one.
pub(crate) fn of(stop: &clap::Error) -> Option<String> {
    if stop.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = stop.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    if looks_like_a_file(word) {
        return Some(format!("`hc audit {word}` audits that file"));
    }
    let meant = COMMANDS.iter().find(|(words, _)| words.contains(&word.as_str()));
    meant.map(|(_, command)| format!("`{command}` does that; `{command} --help` tells how"))
}

fn looks_like_a_file(word: &str) -> bool {
    word == "." || word.contains(['/', '\\']) || hc_core::lockfile::format_of(word).is_some()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::Cli;

    fn hint(line: &str) -> Option<String> {
        let stop = Cli::try_parse_from(line.split(' ')).err()?;
        of(&stop)
    }

    #[test]
    fn the_words_of_other_tools_lead_to_ours() {
        for (line, command) in [
            ("hc scan", "`hc audit`"),
            ("hc scan --format json package-lock.json", "`hc audit`"),
            ("hc fw audit", "`hc registry fw`"),
            ("hc package-lock.json", "`hc audit package-lock.json`"),
            ("hc ./api/pom.xml", "`hc audit ./api/pom.xml`"),
            ("hc registry publish", "`hc artifact push`"),
        ] {
            let hint = hint(line).unwrap_or_default();
            assert!(hint.contains(command), "{line}: {hint}");
        }
        assert_eq!(hint("hc zzz"), None);
    }

    #[test]
    fn every_hint_names_a_command_that_is_there() {
        for (_, command) in COMMANDS {
            let stop = Cli::try_parse_from(command.split(' ').chain(["--help"])).err();
            assert_eq!(
                stop.map(|stop| stop.kind()),
                Some(ErrorKind::DisplayHelp),
                "{command}"
            );
        }
    }
}
