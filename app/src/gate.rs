//! The gate: what verdicts, and what could not be judged, mean for the exit code, and why.

use hc_core::firewall::Status;
use hc_core::report::AuditReport;
use hc_core::walk::PassedOver;

use crate::args::{FailOn, Verdict};
use crate::exit_status::ExitStatus;
use crate::render::text::count;

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
    /// Whether these are all that there was, so that there is no result to accept.
    is_nothing_read: bool,
    /// What counts besides where all is asked for.
    required: Option<Required>,
}

/// What is no fault by itself, and not all that is installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Required {
    /// Files of direct dependencies only.
    direct_only: usize,
    /// What a walk left out that may hold dependencies.
    passed_over: usize,
}

impl Findings {
    /// Those of an audit.
    pub(crate) fn of_audit(report: &AuditReport, require_complete: bool) -> Self {
        let coverage = &report.coverage;
        let is_open = |passed: &&PassedOver| passed.reason.is_open();
        Self {
            blocked: report.counts.blocked,
            warn: report.counts.warn,
            unknown: report.counts.unknown,
            gaps: coverage.gaps(),
            unread: coverage.unread.len(),
            is_nothing_read: coverage.files.is_empty() && !coverage.unread.is_empty(),
            required: require_complete.then(|| Required {
                direct_only: coverage.direct_only(),
                passed_over: coverage.passed_over.iter().filter(is_open).count(),
            }),
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
        if let Some(why) = self.violated(args.fail_on) {
            let status = ExitStatus::PolicyViolated;
            return Ending { status, why };
        }
        let (packages, files) = (self.unjudged(), self.incomplete());
        let is_complete_asked_for = self.required.is_some() && files.is_some();
        let parts: Vec<String> = packages.into_iter().chain(files).collect();
        let open = parts.join(", ");
        if open.is_empty() {
            let status = ExitStatus::Success;
            let why = passed(args.fail_on).to_owned();
            return Ending { status, why };
        }
        let (status, more) = if self.is_nothing_read {
            (ExitStatus::NotJudged, "; nothing else was there to judge")
        } else if is_complete_asked_for {
            (ExitStatus::NotJudged, "; --require-complete asks for all")
        } else if args.allow_unknown {
            (ExitStatus::Success, ", which --allow-unknown accepts")
        } else {
            (ExitStatus::NotJudged, "; --allow-unknown accepts it")
        };
        Ending {
            status,
            why: open + more,
        }
    }

    /// How a list of what files hold ends: nothing is judged, so only what could not be read counts.
    pub(crate) fn end_listing(&self) -> Ending {
        match self.incomplete() {
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

    /// Which packages could not be judged.
    fn unjudged(&self) -> Option<String> {
        let packages = format!("{} could not be judged", count(self.unknown, "package"));
        list([(self.unknown, packages)])
    }

    /// Which files were not read, or not in full.
    fn incomplete(&self) -> Option<String> {
        let Required {
            direct_only,
            passed_over,
        } = self.required.unwrap_or_default();
        let parts = [
            (self.gaps, "could not be read in full"),
            (self.unread, "could not be read"),
            (direct_only, "with direct dependencies only"),
            (passed_over, "left out"),
        ];
        list(parts.map(|(number, what)| (number, format!("{} {what}", count(number, "file")))))
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
            is_nothing_read: false,
            required: None,
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
    fn what_is_required_to_be_complete_is_not_accepted_otherwise() {
        let findings = Findings {
            unknown: 1,
            required: Some(Required {
                direct_only: 1,
                passed_over: 2,
            }),
            ..Findings::default()
        };
        let files = "1 file with direct dependencies only, 2 files left out; --require-complete asks for all";
        for allow_unknown in [false, true] {
            assert_eq!(
                end(findings, FailOn::Blocked, allow_unknown),
                (4, format!("1 package could not be judged, {files}"))
            );
        }
        let all_was_read = Findings {
            required: Some(Required::default()),
            ..findings
        };
        assert_eq!(end(all_was_read, FailOn::Blocked, true).0, 0);
    }

    #[test]
    fn where_nothing_was_read_there_is_nothing_to_accept() {
        let findings = Findings {
            unread: 1,
            is_nothing_read: true,
            ..Findings::default()
        };
        let why = "1 file could not be read; nothing else was there to judge";
        for allow_unknown in [false, true] {
            assert_eq!(end(findings, FailOn::Blocked, allow_unknown), (4, why.to_owned()));
        }
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
