//! `hc registry firewall explain`: all that a firewall says of one package version.

use std::time::Duration;

use hc_core::advice;
use hc_core::api::scans::{Details, Package};
use hc_core::audit::{Embedded, judge};
use hc_core::coverage::{DataCoverage, Ground, PolicyInForce};
use hc_core::firewall::{Examined, Outcome, Scanned, Violation};
use hc_core::package::Ecosystem;
use hc_core::time::rfc3339;
use hc_core::version::lowest;

use crate::args::{ExplainVersion, Global};
use crate::command::audit::{RegistryFirewall, note_offline};
use crate::console::Console;
use crate::embedded::{self, Policies};
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::explanation::{Applies, Explanation, LookedAt};
use crate::gate::{Ending, Findings};
use crate::host::Host;
use crate::output::Format;
use crate::render;

/// A file of the current folder, whichever: its policy is the one that holds here.
const HERE: &str = "package";

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
            let ecosystem = ecosystem(args)?;
            check(ecosystem, args)?;
            note_offline(console, registry);
            let mut firewall = embedded::set_up(host, console, &args.embedded).await?;
            let policy = args.embedded.policy.as_deref();
            let mut policies = Policies::new(host, console, policy, &[]);
            policies.apply(HERE, &mut firewall).await?;
            look_up(&firewall, ecosystem, args)
        }
    };
    if let Some(note) = &explanation.data.note {
        console.note(note);
    }
    console.result(&match global.format {
        Format::Json | Format::Report => render::json::document(&explanation)?,
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
    let (scanned, details, data) = firewall.explain(package).await;
    Ok(of_scan(args, registry, scanned, details.as_ref(), data))
}

fn of_scan(
    args: &ExplainVersion,
    registry: &str,
    Scanned { verdict, scan_id }: Scanned,
    details: Option<&Details>,
    data: DataCoverage,
) -> Explanation {
    let ecosystem = data.ecosystem;
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
        policy: PolicyInForce::of_registry(),
        data,
        last_evaluated,
        advice: advice::of_version(&verdict),
        violations: verdict.violations,
        fix_version: verdict.fix_version,
        note: verdict.note,
        advisories: None,
    }
}

/// What the embedded firewall says, and which advisories it looked at.
fn look_up(embedded: &Embedded, ecosystem: Ecosystem, args: &ExplainVersion) -> Explanation {
    let (package, version) = (&args.package, &args.version);
    let firewall = embedded.firewall();
    let Ground {
        evaluated_by,
        policy,
        data,
    } = embedded.ground(ecosystem);
    let verdict = judge(firewall, ecosystem, package, version);
    let examined = firewall.examine(ecosystem, package, version);
    Explanation {
        package_name: ecosystem.normalize(package).into_owned(),
        version: version.clone(),
        scan_id: None,
        scan_status: verdict.status,
        ecosystem,
        purl: ecosystem.purl(package, Some(version)),
        evaluated_by,
        policy,
        data,
        last_evaluated: None,
        advice: advice::of_version(&verdict),
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

/// Refuses what can be no package version: of such a name no advisory speaks, which says nothing.
fn check(ecosystem: Ecosystem, args: &ExplainVersion) -> Result<(), Error> {
    let (package, version) = (&args.package, &args.version);
    if !ecosystem.may_be_called(package) {
        return Err(Error::Usage {
            message: format!("{package:?} is no name of a package of {ecosystem}"),
            help: match ecosystem {
                Ecosystem::Npm => "pass the name as npm has it, NAME or @SCOPE/NAME",
                Ecosystem::Maven => "pass GROUP:ARTIFACT, as org.slf4j:slf4j-api",
                Ecosystem::PyPI => "pass the name alone, without extras",
            }
            .to_owned(),
        });
    }
    // Maven orders any text; the other ecosystems say themselves what is no version.
    let is_one = ecosystem != Ecosystem::Maven || lowest(ecosystem, version).as_ref() == Some(version);
    if !is_one {
        return Err(Error::Usage {
            message: format!("{version:?} is not one version"),
            help: "pass the version that is used; `hc deps` tells which".to_owned(),
        });
    }
    Ok(())
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
