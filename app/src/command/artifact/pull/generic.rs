//! `hc artifact pull generic`

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use hc_core::api::files::Location;
use hc_core::checksum::Checksums;

use super::super::batch::{each, tell};
use super::super::listing;
use super::expected::Question;
use super::fetch::Fetcher;
use super::row::{ONE, Outcome, Row, SEVERAL};
use super::target::{self, Folders};
use crate::args::{Global, PullGeneric};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::progress::Bars;
use crate::render::records::{record, records};

/// What is put after a file's path until it is whole.
const SUFFIX: &str = ".part";

/// What the user names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Source<'a> {
    package: &'a str,
    version: &'a str,
    /// Its name, which may hold slashes; `None` for all files of the version.
    file: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// `PACKAGE/VERSION` or `PACKAGE/VERSION/FILE`.
    fn parse(source: &'a str) -> Option<Self> {
        let (package, rest) = source.split_once('/')?;
        let (version, file) = match rest.split_once('/') {
            Some((version, file)) => (version, Some(file)),
            None => (rest, None),
        };
        let is_whole = ![package, version, file.unwrap_or("-")].contains(&"");
        is_whole.then_some(Self {
            package,
            version,
            file,
        })
    }
}

/// A file to fetch.
struct Wanted {
    /// Its name in the version.
    file: String,
    /// Where it goes; `None` if its name leads elsewhere.
    path: Option<String>,
    /// What the list of the version's files tells of it, if that was read.
    listed: Option<Checksums>,
}

pub(in super::super) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PullGeneric,
) -> Result<ExitStatus, Error> {
    let source = Source::parse(&args.source).ok_or_else(|| Error::Usage {
        message: format!("{} names neither a version of a package nor a file", args.source),
        help: "write PACKAGE/VERSION/FILE, such as my-app/1.0.0/app.zip, or PACKAGE/VERSION for all files"
            .to_owned(),
    })?;
    let mut session = Session::open(host, console, global).await?;
    let (wanted, suffix) = wanted(host, &session, args, source).await?;
    let packages = session.packages(args.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let bars = Bars::new(host, console);
    let fetcher = Fetcher {
        host,
        console,
        client: &session.client,
        bars: &bars,
        suffix: &suffix,
    };
    let folders = Folders::new(host);
    let session = &session;
    let work = async |wanted: &Wanted| {
        let question = Question {
            session,
            location: Location {
                target,
                package: source.package,
                version: source.version,
                file: &wanted.file,
            },
            listed: wanted.listed.as_ref(),
            told: OnceCell::new(),
        };
        fetch(&fetcher, &folders, args, source, &question, wanted).await
    };
    let outcomes = each(&bars, args.jobs, &wanted, work).await;
    let outcomes = wanted.into_iter().zip(outcomes);
    if source.file.is_some() {
        tell_one(console, global, outcomes)
    } else {
        tell_all(console, global, outcomes)
    }
}

/// The files that the arguments name, and what is put after their paths for as long as they are not whole.
async fn wanted<H: Host>(
    host: &H,
    session: &Session<'_, H>,
    args: &PullGeneric,
    source: Source<'_>,
) -> Result<(Vec<Wanted>, String), Error> {
    if let Some(file) = source.file {
        let path = target::resolve(host, &args.target, file, !args.dry_run).await?;
        let wanted = Wanted {
            file: file.to_owned(),
            path: Some(path),
            listed: None,
        };
        return Ok((vec![wanted], SUFFIX.to_owned()));
    }
    let files = listed(session, args, source).await?;
    target::folder(host, &args.target, !args.dry_run).await?;
    let suffix = suffix(&files.keys().cloned().collect());
    let wanted = files.into_iter().map(|(file, checksums)| Wanted {
        path: target::inside(&args.target, &file),
        file,
        listed: Some(checksums),
    });
    Ok((wanted.collect(), suffix))
}

async fn fetch<H: Host>(
    fetcher: &Fetcher<'_, H>,
    folders: &Folders<'_, H>,
    args: &PullGeneric,
    source: Source<'_>,
    question: &Question<'_, H>,
    wanted: &Wanted,
) -> Result<Outcome, Error> {
    let path = wanted.path.as_ref().ok_or(Error::UnsafeName)?;
    let Source { package, version, .. } = source;
    if args.dry_run || args.skip_existing {
        let announced = fetcher.announced(question).await?;
        if args.skip_existing
            && let Some(here) = fetcher.here(path, &announced).await?
        {
            return Ok(Outcome::Skipped(here));
        }
        if args.dry_run {
            return Ok(Outcome::Planned(announced));
        }
    }
    if source.file.is_none() {
        if target::is_hidden(&wanted.file) && !args.force && fetcher.is_there(path).await? {
            return Err(Error::HiddenHere);
        }
        folders.above(path).await?;
    }
    fetcher
        .console
        .step(&format!("Downloading {package}/{version}/{}...", wanted.file));
    Ok(Outcome::Pulled(fetcher.fetch(question, path).await?))
}

/// Prints what became of the only file.
fn tell_one<H: Host>(
    console: &Console<'_, H>,
    global: &Global,
    outcomes: impl Iterator<Item = (Wanted, Result<Outcome, Error>)>,
) -> Result<ExitStatus, Error> {
    for (wanted, outcome) in outcomes {
        let row = Row::new(wanted.file, wanted.path, outcome?);
        console.result(&record(global.format, &ONE, &row)?)?;
    }
    Ok(ExitStatus::Success)
}

/// Prints what became of all files of a version.
fn tell_all<H: Host>(
    console: &Console<'_, H>,
    global: &Global,
    outcomes: impl Iterator<Item = (Wanted, Result<Outcome, Error>)>,
) -> Result<ExitStatus, Error> {
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    for (Wanted { file, path, .. }, outcome) in outcomes {
        rows.push(match outcome {
            Ok(outcome) => Row::new(file, path, outcome),
            Err(error) => {
                let row = Row::failed(file.clone(), path, error.to_string());
                failures.push((file, error));
                row
            }
        });
    }
    console.result(&records(global.format, &SEVERAL, &rows)?)?;
    tell(console, Vec::new(), failures, rows.len())
}

/// The names of a version's files, and the checksums that the list tells.
async fn listed<H: Host>(
    session: &Session<'_, H>,
    args: &PullGeneric,
    source: Source<'_>,
) -> Result<BTreeMap<String, Checksums>, Error> {
    let listed = listing::files(session, &args.registry, source.package, source.version, None).await?;
    let files: BTreeMap<String, Checksums> = listed
        .into_iter()
        .map(|file| (file.name.clone(), file.known_checksums()))
        .collect();
    if files.is_empty() {
        return Err(Error::NotFound {
            message: format!("{} {} has no files", source.package, source.version),
            help: "`hc artifact get` shows the files of every version".to_owned(),
        });
    }
    Ok(files)
}

/// What makes of no file's name that of another one.
fn suffix(files: &BTreeSet<String>) -> String {
    let mut suffix = SUFFIX.to_owned();
    let is_taken = |suffix: &str| {
        files.iter().any(|file| {
            files.contains(&format!("{file}{suffix}")) || files.contains(&format!("{file}{suffix}.json"))
        })
    };
    while is_taken(&suffix) {
        suffix.push_str(SUFFIX);
    }
    suffix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_holds_slashes() {
        for (source, expected) in [
            ("p/1/f", Some(("p", "1", Some("f")))),
            ("p/1/a/b c", Some(("p", "1", Some("a/b c")))),
            ("p/1", Some(("p", "1", None))),
            ("p/1/", None),
            ("p//f", None),
            ("/1/f", None),
            ("p/", None),
            ("p", None),
        ] {
            let parsed = Source::parse(source);
            let parts = parsed.map(|source| (source.package, source.version, source.file));
            assert_eq!(parts, expected, "{source}");
        }
    }

    #[test]
    fn no_file_is_the_part_of_another() {
        for (names, expected) in [
            (&["a", "b"][..], ".part"),
            (&["a", "a.part"], ".part.part"),
            (&["a", "a.part.json"], ".part.part"),
            (&["a", "a.part", "a.part.part"], ".part.part.part"),
            (&["a.part"], ".part"),
        ] {
            let names = names.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(suffix(&names), expected, "{names:?}");
        }
    }
}
