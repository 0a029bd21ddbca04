//! `hc registry firewall explain`: all that a firewall says of one package version.

use std::time::Duration;

use hc_core::api::scans::{Details, Package};
use hc_core::firewall::{Examined, Firewall, Outcome, Scanned, Status, Violation};
use hc_core::package::Ecosystem;
use hc_core::report::EMBEDDED;
use hc_core::time::rfc3339;
use serde::Serialize;

use crate::args::{ExplainVersion, Format, Global};
use crate::command::audit::{RegistryFirewall, note_offline, note_starter};
use crate::console::Console;
use crate::embedded;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::gate::{Ending, Findings};
use crate::host::Host;
use crate::render;

/// All that is known, as other programs read it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    pub(crate) package_name: String,
    pub(crate) version: String,
    /// The registry's scan; null from the embedded firewall.
    pub(crate) scan_id: Option<String>,
    pub(crate) scan_status: Status,
    pub(crate) ecosystem: Ecosystem,
    pub(crate) purl: String,
    /// The registry, or `embedded`.
    pub(crate) evaluated_by: String,
    /// When the registry last evaluated it, in UTC.
    pub(crate) last_evaluated: Option<String>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) fix_version: Option<String>,
    /// Why there is no verdict, or no reason.
    pub(crate) note: Option<String>,
    /// The embedded firewall's advisories about the package; null from a registry.
    pub(crate) advisories: Option<Vec<LookedAt>>,
}

/// An advisory about the package, and whether it applies to the version.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LookedAt {
    pub(crate) advisory: String,
    pub(crate) summary: String,
    pub(crate) applies: Applies,
    pub(crate) why: String,
}

/// Whether an advisory applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Applies {
    Yes,
    No,
    Unknown,
}

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ExplainVersion,
) -> Result<ExitStatus, Error> {
    let registry = args.registry.as_deref();
    let chosen =
        RegistryFirewall::chosen(host, console, global, registry, args.offline, &args.service).await?;
    let explanation = match chosen {
        Some(firewall) => ask(&firewall, args).await?,
        None => {
            let firewall = embedded::set_up(host, console, &args.embedded, &[".".to_owned()]).await?;
            note_offline(console, registry);
            note_starter(console, &firewall.info());
            look_up(firewall.firewall(), ecosystem(args)?, args)
        }
    };
    console.result(&match global.format {
        Format::Json => render::json::document(&explanation)?,
        Format::Yaml => render::yaml::document(&explanation)?,
        Format::Table => render::explanation::text(&explanation),
    })?;
    let Ending { status, why } = Findings::of_version(explanation.scan_status).end(&args.verdict);
    console.end(status, &why);
    Ok(status)
}

/// What a registry says.
async fn ask<H: Host>(
    firewall: &RegistryFirewall<'_, H>,
    args: &ExplainVersion,
) -> Result<Explanation, Error> {
    let registry = firewall.name();
    let ecosystem = firewall.ecosystem();
    if args
        .ecosystem
        .is_some_and(|wanted| Ecosystem::from(wanted) != ecosystem)
    {
        return Err(Error::Usage {
            message: format!("the registry {registry} keeps packages of {ecosystem}"),
            help: "leave --ecosystem out, or name another registry".to_owned(),
        });
    }
    let package = Package {
        package_name: args.package.clone(),
        version: args.version.clone(),
    };
    let (scanned, details) = firewall.explain(package).await;
    Ok(of_scan(args, ecosystem, registry, scanned, details.as_ref()))
}

fn of_scan(
    args: &ExplainVersion,
    ecosystem: Ecosystem,
    registry: &str,
    Scanned { verdict, scan_id }: Scanned,
    details: Option<&Details>,
) -> Explanation {
    let last_evaluated = details
        .and_then(|details| details.last_evaluated_at.as_deref())
        .map(|text| match text.parse() {
            Ok(milliseconds) => rfc3339(Duration::from_millis(milliseconds)),
            Err(_) => text.to_owned(),
        });
    Explanation {
        package_name: args.package.clone(),
        version: args.version.clone(),
        scan_id,
        scan_status: verdict.status,
        ecosystem,
        purl: ecosystem.purl(&args.package, Some(&args.version)),
        evaluated_by: registry.to_owned(),
        last_evaluated,
        violations: verdict.violations,
        fix_version: verdict.fix_version,
        note: verdict.note,
        advisories: None,
    }
}

/// What the embedded firewall says, and which advisories it looked at.
fn look_up(firewall: &Firewall, ecosystem: Ecosystem, args: &ExplainVersion) -> Explanation {
    let (package, version) = (&args.package, &args.version);
    let verdict = hc_core::audit::judge(firewall, ecosystem, package, version);
    let examined = firewall.examine(ecosystem, package, version);
    Explanation {
        package_name: ecosystem.normalize(package).into_owned(),
        version: version.clone(),
        scan_id: None,
        scan_status: verdict.status,
        ecosystem,
        purl: ecosystem.purl(package, Some(version)),
        evaluated_by: EMBEDDED.to_owned(),
        last_evaluated: None,
        fix_version: verdict.fix_version,
        note: verdict.note,
        advisories: Some(
            examined
                .iter()
                .map(|examined| looked_at(examined, &verdict.violations))
                .collect(),
        ),
        violations: verdict.violations,
    }
}

fn looked_at(examined: &Examined<'_>, violations: &[Violation]) -> LookedAt {
    let id: &str = &examined.advisory.id;
    let violation = violations.iter().find(|violation| {
        let mut names = violation.advisory.iter().chain(&violation.aliases);
        names.any(|name| name == id)
    });
    let (applies, why) = match (&examined.outcome, violation) {
        (Outcome::Withdrawn, _) => (Applies::No, "it was withdrawn".to_owned()),
        (Outcome::NotAffected, _) => (Applies::No, "the version is outside its ranges".to_owned()),
        (Outcome::Undecided, _) => (
            Applies::Unknown,
            "the version cannot be compared with its ranges".to_owned(),
        ),
        (Outcome::Affected(_), Some(violation)) if violation.is_violated() => (
            Applies::Yes,
            format!("the version is in {}", violation.affected_range),
        ),
        (Outcome::Affected(_), _) => (
            Applies::Yes,
            "the version is in its ranges, but its score is below what the policy asks for".to_owned(),
        ),
    };
    LookedAt {
        advisory: id.to_owned(),
        summary: examined.advisory.summary.to_string(),
        applies,
        why,
    }
}

/// The ecosystem that the arguments name; only Maven's names have a colon.
fn ecosystem(args: &ExplainVersion) -> Result<Ecosystem, Error> {
    match args.ecosystem {
        Some(ecosystem) => Ok(ecosystem.into()),
        None if args.package.contains(':') => Ok(Ecosystem::Maven),
        None => Err(Error::Usage {
            message: "without a registry the package's ecosystem is not known".to_owned(),
            help: "pass --ecosystem npm, maven or pypi".to_owned(),
        }),
    }
}
