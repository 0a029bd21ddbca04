//! The gate: what verdicts, and what could not be judged, mean for the exit code, and why.

use hc_core::firewall::Status;
use hc_core::report::AuditReport;

use crate::args::{FailOn, Verdict};
use crate::exit_status::ExitStatus;

/// How a judgement ends, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) status: ExitStatus,
    pub(crate) why: String,
}

/// What counts at the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Packages that must not be used.
    blocked: usize,
    /// Packages to look at.
    warn: usize,
    /// Packages without a verdict.
    unknown: usize,
    /// Files that were not read in full.
    gaps: usize,
    /// Files that were not read at all.
    unread: usize,
}

impl Findings {
    /// Those of an audit.
    pub(crate) fn of_audit(report: &AuditReport, unread: usize) -> Self {
        Self {
            blocked: report.counts.blocked,
            warn: report.counts.warn,
            unknown: report.counts.unknown,
            gaps: report.files.iter().filter(|file| file.incomplete).count(),
            unread,
        }
    }

    /// Those of files that were only read.
    pub(crate) fn of_files(gaps: usize, unread: usize) -> Self {
        Self {
            gaps,
            unread,
            ..Self::default()
        }
    }

    /// That of one version.
    pub(crate) fn of_version(status: Status) -> Self {
        let is = |other| usize::from(status == other);
        Self {
            blocked: is(Status::Blocked),
            warn: is(Status::Warn),
            unknown: is(Status::Unknown),
            ..Self::default()
        }
    }

    /// A violated policy comes before what could not be judged: it is certain.
    pub(crate) fn end(&self, args: &Verdict) -> Ending {
        let (status, why) = if let Some(violated) = self.violated(args.fail_on) {
            (ExitStatus::PolicyViolated, violated)
        } else {
            match self.open() {
                Some(open) if args.allow_unknown => (
                    ExitStatus::Success,
                    format!("{open}, which --allow-unknown accepts"),
                ),
                Some(open) => (
                    ExitStatus::NotJudged,
                    format!("{open}; --allow-unknown accepts it"),
                ),
                None => (ExitStatus::Success, passed(args.fail_on).to_owned()),
            }
        };
        Ending { status, why }
    }

    /// How a list of what files hold ends: nothing is judged, so only what could not be read counts.
    pub(crate) fn end_listing(&self) -> Ending {
        match self.open() {
            Some(why) => Ending {
                status: ExitStatus::NotJudged,
                why,
            },
            None => Ending {
                status: ExitStatus::Success,
                why: "all was read".to_owned(),
            },
        }
    }

    /// What is at or above the level that fails.
    fn violated(&self, fail_on: FailOn) -> Option<String> {
        let (blocked, warn) = match fail_on {
            FailOn::Blocked => (self.blocked, 0),
            FailOn::Warn => (self.blocked, self.warn),
            FailOn::None => (0, 0),
        };
        let parts = [(blocked, "blocked"), (warn, "with a warning")];
        list(parts.map(|(number, word)| (number, format!("{} {word}", count(number, "package")))))
    }

    /// What could not be judged.
    fn open(&self) -> Option<String> {
        list([
            (
                self.unknown,
                format!("{} could not be judged", count(self.unknown, "package")),
            ),
            (
                self.gaps,
                format!("{} could not be read in full", count(self.gaps, "file")),
            ),
            (
                self.unread,
                format!("{} could not be read", count(self.unread, "file")),
            ),
        ])
    }
}

/// Why what was judged in full passes.
fn passed(fail_on: FailOn) -> &'static str {
    match fail_on {
        FailOn::Blocked => "nothing is blocked",
        FailOn::Warn => "nothing is blocked or warned of",
        FailOn::None => "--fail-on none lets everything pass",
    }
}

/// `1 file`, `2 files`
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The parts that are not zero.
fn list<const N: usize>(parts: [(usize, String); N]) -> Option<String> {
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(_, text)| text)
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(findings: Findings, fail_on: FailOn, allow_unknown: bool) -> (u8, String) {
        let Ending { status, why } = findings.end(&Verdict {
            fail_on,
            allow_unknown,
        });
        (status as u8, why)
    }

    #[test]
    fn a_violation_comes_first_and_what_is_open_is_no_success() {
        let all = Findings {
            blocked: 1,
            warn: 2,
            unknown: 3,
            gaps: 1,
            unread: 2,
        };
        let open =
            "3 packages could not be judged, 1 file could not be read in full, 2 files could not be read";
        assert_eq!(
            end(all, FailOn::Blocked, true),
            (3, "1 package blocked".to_owned())
        );
        assert_eq!(
            end(all, FailOn::Warn, false),
            (3, "1 package blocked, 2 packages with a warning".to_owned())
        );
        assert_eq!(
            end(all, FailOn::None, false),
            (4, format!("{open}; --allow-unknown accepts it"))
        );
        let without_violation = Findings {
            blocked: 0,
            warn: 0,
            ..all
        };
        assert_eq!(
            end(without_violation, FailOn::Blocked, true),
            (0, format!("{open}, which --allow-unknown accepts"))
        );
        assert_eq!(end(Findings::default(), FailOn::Warn, false).0, 0);
    }

    #[test]
    fn each_thing_that_is_open_is_enough() {
        for findings in [
            Findings::of_version(Status::Unknown),
            Findings {
                gaps: 1,
                ..Findings::default()
            },
            Findings {
                unread: 1,
                ..Findings::default()
            },
        ] {
            assert_eq!(end(findings, FailOn::Blocked, false).0, 4, "{findings:?}");
            assert_eq!(end(findings, FailOn::Blocked, true).0, 0, "{findings:?}");
        }
    }
}
