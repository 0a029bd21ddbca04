//! A registry's firewall: asked in batches, several at once, and never taken to allow what it did not name.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use futures_util::stream;
use hc_core::api::registries;
use hc_core::api::scans::{self, Details, Evaluated, Evaluation, MOST_PACKAGES, Package};
use hc_core::audit;
use hc_core::coverage::{DataCoverage, Ground, PolicyInForce};
use hc_core::error::{Code, InputError};
use hc_core::firewall::{Scanned, Status, reconcile};
use hc_core::lockfile::{FORMATS, Lockfile};
use hc_core::package::Ecosystem;
use hc_core::report::{AuditReport, FirewallInfo};
use hc_core::select::Selection;

use crate::args::{Global, ServiceLimits};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::host::Host;
use crate::progress::{Bars, Unit};
use crate::settings::{self, Settings};

/// The pause before an evaluation is first asked for its result.
const FIRST_POLL: Duration = Duration::from_millis(100);
/// The longest such pause; each is half as long again as the one before.
const LONGEST_POLL: Duration = Duration::from_secs(2);

/// The firewall of a registry.
pub(crate) struct RegistryFirewall<'c, H> {
    console: &'c Console<'c, H>,
    session: Session<'c, H>,
    name: String,
    /// The id by which scans know the registry.
    id: String,
    package_type: String,
    ecosystem: Ecosystem,
    jobs: usize,
    deadline: Duration,
}

impl<'c, H: Host> RegistryFirewall<'c, H> {
    /// The firewall that a command's flags ask for; `None` where the embedded one speaks, because no registry is
    /// named, or `--offline` is given.
    ///
    /// # Errors
    /// As for the settings, when nobody is logged in, or when the registry cannot be had or keeps packages of a kind that no dependency
    /// file names.
    pub(crate) async fn chosen(
        host: &'c H,
        console: &'c Console<'c, H>,
        global: &Global,
        registry: Option<&str>,
        offline: bool,
        limits: &ServiceLimits,
    ) -> Result<Option<Self>, Error> {
        let Some(name) = registry.filter(|_| !offline) else {
            return Ok(None);
        };
        let settings = Settings::load(host, global).await?;
        if !settings.is_logged_in() {
            // Never the embedded firewall instead: a key that is missing in a pipeline would be a green one.
            return Err(Error::RegistryNotAsked {
                registry: name.to_owned(),
                problem: if settings::has_empty_key(host) {
                    ", HARNESS_API_KEY is empty"
                } else {
                    ""
                },
            });
        }
        let session = Session::with(host, console, global, &settings).await?;
        Self::look_up(console, session, name, limits).await.map(Some)
    }

    async fn look_up(
        console: &'c Console<'c, H>,
        session: Session<'c, H>,
        name: &str,
        limits: &ServiceLimits,
    ) -> Result<Self, Error> {
        session.needs_hosted("dependency firewall")?;
        console.step(&format!("> Fetching registry details for: {name}..."));
        let request = registries::get(&session.service, name);
        let parse = |answer: &_| registries::parse_get(answer, name);
        let details = session.client.call(&request, parse).await?;
        let package_type = details.package_type;
        let Some(id) = details.uuid.filter(|id| !id.is_empty()) else {
            return Err(Error::Unsupported {
                message: format!(
                    "the service tells no id of the registry {name}, by which it could be asked"
                ),
                help: "--offline uses the embedded firewall".to_owned(),
            });
        };
        console.step(&format!("Found registry: {id} (type: {package_type})"));
        let Some(ecosystem) = Ecosystem::of_registry(&package_type) else {
            return Err(Error::Usage {
                message: format!(
                    "the registry {name} keeps {package_type} packages, which no dependency file names"
                ),
                help: "name a registry of the type NPM, MAVEN or PYTHON".to_owned(),
            });
        };
        Ok(Self {
            console,
            session,
            name: name.to_owned(),
            id,
            package_type,
            ecosystem,
            jobs: limits.jobs.into(),
            deadline: Duration::from_secs(limits.deadline),
        })
    }

    /// Refuses a file of another ecosystem than the registry's.
    ///
    /// # Errors
    /// When it is one.
    pub(crate) fn check(&self, file: &str, lockfile: &Lockfile) -> Result<(), InputError> {
        if lockfile.format.ecosystem == self.ecosystem {
            return Ok(());
        }
        let fitting: Vec<&str> = FORMATS
            .iter()
            .filter(|format| format.ecosystem == self.ecosystem)
            .map(|format| format.name)
            .collect();
        let message = format!(
            "a {} does not fit the registry {}, which is of the type {}",
            lockfile.format.name, self.name, self.package_type
        );
        let error = InputError::new(Code::Unsupported, file, message);
        Err(error.help(format!("give one of {}", fitting.join(", "))))
    }

    /// The registry's verdicts on all files. What it did not answer is unknown.
    pub(crate) async fn audit(&self, files: &[(String, Lockfile)], wanted: &Selection) -> AuditReport {
        let mut report = AuditReport::new(FirewallInfo::registry(&self.name));
        let packages: BTreeSet<Package> = files
            .iter()
            .flat_map(|(_, lockfile)| audit::packages(lockfile, wanted))
            .collect();
        let packages: Vec<Package> = packages.into_iter().collect();
        let (mut scanned, data) = self.evaluate_all(&packages).await;
        self.add_reasons(&mut scanned).await;
        let ground = Ground {
            evaluated_by: self.name.clone(),
            policy: PolicyInForce::of_registry(),
            data,
        };
        for (file, lockfile) in files {
            let answers = audit::registry_answers(&scanned, lockfile, wanted);
            report.add(&ground, file, lockfile, answers);
        }
        report
    }

    /// The registry's verdict on each package, without reasons, and what it tells of its data.
    async fn evaluate_all(&self, packages: &[Package]) -> (BTreeMap<Package, Scanned>, DataCoverage) {
        let data = |sources| DataCoverage::of_registry(self.ecosystem, &self.name, sources);
        if packages.is_empty() {
            return (BTreeMap::new(), data(None));
        }
        self.console.step(&format!(
            "> Initiating bulk scan evaluation for registry: {}...",
            self.name
        ));
        let total = Some(packages.len() as u64);
        let host = self.session.client.host();
        let progress = Bars::new(host, self.console).add("Evaluating", Unit::Packages, total);
        let batches = packages
            .chunks(MOST_PACKAGES)
            .map(|batch| async move { (batch, self.within_deadline(self.evaluate(batch)).await) });
        let mut answers = stream::iter(batches).buffer_unordered(self.jobs);
        let mut failures: BTreeMap<String, usize> = BTreeMap::new();
        let mut scanned = BTreeMap::new();
        let mut told = None;
        while let Some((batch, answer)) = answers.next().await {
            progress.advance(batch.len());
            let verdicts = match answer {
                Ok(Evaluated { scans, sources }) => {
                    told = told.or(sources);
                    reconcile(self.ecosystem, batch, &scans)
                }
                Err(why) => {
                    *failures.entry(why.clone()).or_default() += batch.len();
                    batch.iter().map(|_| Scanned::unknown(why.clone())).collect()
                }
            };
            scanned.extend(batch.iter().cloned().zip(verdicts));
        }
        drop(progress);
        for (why, packages) in &failures {
            self.console
                .note(&format!("{packages} packages could not be evaluated: {why}"));
        }
        if failures.is_empty() {
            self.console.step("Bulk scan evaluation completed successfully");
        } else {
            self.console.step("Bulk scan evaluation completed with failures");
        }
        let sources = told.and_then(|mut told| told.remove(self.ecosystem.as_str()));
        (scanned, data(sources))
    }

    /// What `work` gives, unless it takes too long.
    async fn within_deadline<T>(&self, work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        let work = std::pin::pin!(work);
        let alarm = std::pin::pin!(self.session.client.host().sleep(self.deadline));
        match select(work, alarm).await {
            Either::Left((result, _)) => result,
            Either::Right(((), _)) => Err(format!(
                "the registry did not finish within {} seconds",
                self.deadline.as_secs()
            )),
        }
    }

    /// Has a batch evaluated and waits for the rows.
    async fn evaluate(&self, batch: &[Package]) -> Result<Evaluated, String> {
        let Session { service, client, .. } = &self.session;
        let start = scans::start(service, &self.id, batch);
        let evaluation_id = client
            .call(&start, scans::parse_start)
            .await
            .map_err(|failure| failure.to_string())?;
        let poll = scans::poll(service, &evaluation_id);
        let mut pause = FIRST_POLL;
        loop {
            client.host().sleep(pause).await;
            pause = (pause * 3 / 2).min(LONGEST_POLL);
            let parse = |answer: &_| scans::parse_poll(answer, &evaluation_id);
            match client.call(&poll, parse).await {
                Ok(Evaluation::Pending) => {}
                Ok(Evaluation::Done(evaluated)) => return Ok(evaluated),
                Ok(Evaluation::Failed(why)) => return Err(format!("the registry failed: {why}")),
                Err(failure) => return Err(failure.to_string()),
            }
        }
    }

    /// Adds the reasons to the verdicts that have some.
    async fn add_reasons(&self, scanned: &mut BTreeMap<Package, Scanned>) {
        let open = scanned
            .values_mut()
            .filter(|scanned| matches!(scanned.verdict.status, Status::Warn | Status::Blocked));
        stream::iter(open)
            .for_each_concurrent(self.jobs, |scanned| async move {
                self.explain_scan(scanned).await;
            })
            .await;
    }

    /// Adds the reasons that the scan's details give, and gives the details.
    async fn explain_scan(&self, scanned: &mut Scanned) -> Option<Details> {
        let Session { service, client, .. } = &self.session;
        let details = match &scanned.scan_id {
            Some(id) => client
                .call(&scans::details(service, id), scans::parse_details)
                .await
                .map_err(|failure| failure.to_string()),
            None => Err("the registry named no scan".to_owned()),
        };
        match details {
            Ok(details) => {
                if let Some(details) = &details {
                    scanned.explain(details);
                }
                details
            }
            Err(why) => {
                let note = &mut scanned.verdict.note;
                note.get_or_insert_with(|| format!("its reasons are not known: {why}"));
                None
            }
        }
    }

    /// The registry's verdict on one package, its scan's details, and what it tells of its data.
    pub(crate) async fn explain(&self, package: Package) -> (Scanned, Option<Details>, DataCoverage) {
        let (mut scanned, data) = self.evaluate_all(std::slice::from_ref(&package)).await;
        let mut scanned = scanned
            .remove(&package)
            .unwrap_or_else(|| Scanned::unknown("the registry did not answer for it"));
        let details = match &scanned.scan_id {
            Some(_) => self.explain_scan(&mut scanned).await,
            None => None,
        };
        (scanned, details, data)
    }

    /// The registry's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The ecosystem of the registry's packages.
    pub(crate) fn ecosystem(&self) -> Ecosystem {
        self.ecosystem
    }
}
