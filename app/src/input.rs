//! Reading dependency files, and the files that they refer to.

use std::collections::BTreeSet;

use hc_core::error::{Code, InputError};
use hc_core::lockfile::{self, Format, Input, Lockfile, ProjectFiles};
use hc_core::walk::{self as rules, PassedOver, Read, Ties};

use crate::args::Reading;
use crate::host::{Host, HostError};
use crate::project::Project;
use crate::references::referred;
use crate::{beside, walk};

/// By this name stdin is read.
const STDIN: [&str; 2] = ["-", "/dev/stdin"];

/// The dependency files to read, each once.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
    /// The folders that were walked.
    folders: Vec<String>,
    passed_over: Vec<PassedOver>,
}

/// A dependency file to read.
#[derive(Debug)]
struct Source {
    /// As the user would write it.
    path: String,
    /// What the user says that it is.
    format: Option<&'static Format>,
    /// The folder in which a walk found it, by its place among the folders, and its path there.
    found: Option<(usize, String)>,
}

/// What became of the files to read.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    /// The folders that were walked.
    pub(crate) folders: Vec<String>,
    /// What each file holds, or why it cannot be read; without the manifests that lockfiles settle.
    pub(crate) files: Vec<(String, Result<Lockfile, InputError>)>,
    /// What was not read.
    pub(crate) passed_over: Vec<PassedOver>,
}

impl Sources {
    /// The paths of all files.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.files.iter().map(|source| source.path.clone()).collect()
    }
}

/// The files that were named, and those in the folders that were named; a path may be either.
///
/// # Errors
/// When a folder cannot be walked, or no dependency file is in any of them.
pub(crate) async fn sources<H: Host>(
    host: &H,
    paths: &[String],
    named: &[String],
    reading: &Reading,
) -> Result<Sources, InputError> {
    let mut sources = Sources::default();
    let mut seen = BTreeSet::new();
    let mut folders = reading.recursive.clone();
    let mut files = Vec::new();
    for path in paths {
        let is_folder = host.stat(path).await.is_ok_and(|stat| stat.is_folder);
        let list = if is_folder { &mut folders } else { &mut files };
        if !list.contains(path) {
            list.push(path.clone());
        }
    }
    for name in files.iter().chain(named) {
        let (format, path) = named_format(host, name).await;
        if seen.insert(path.to_owned()) {
            sources.files.push(Source {
                path: path.to_owned(),
                format: format.or(reading.as_format),
                found: None,
            });
        }
    }
    for folder in &folders {
        let found = walk::walk(host, folder).await?;
        let place = |path: &str| walk::place(folder, path);
        let number = sources.folders.len();
        sources.folders.push(folder.clone());
        for inside in found.files {
            let path = place(&inside);
            if seen.insert(path.clone()) {
                sources.files.push(Source {
                    path,
                    format: None,
                    found: Some((number, inside)),
                });
            }
        }
        let passed_over = found.passed_over.into_iter();
        sources.passed_over.extend(passed_over.map(|it| it.placed(place)));
    }
    let has_fault = sources.passed_over.iter().any(|it| it.reason.is_fault());
    if sources.files.is_empty() && !has_fault {
        let message = "no dependency file that is read is in this folder";
        let error = InputError::new(Code::Empty, folders.join(", "), message);
        let not_read = rules::summary(&sources.passed_over);
        return Err(if not_read.is_empty() {
            error.help("`hc deps --help` and the README name the files that are read")
        } else {
            error.help(format!("not read are {}", not_read.join("; ")))
        });
    }
    Ok(sources)
}

/// The format that stands before the path, as in `requirements.txt:list.txt`. A file that has that name counts.
async fn named_format<'n, H: Host>(host: &H, name: &'n str) -> (Option<&'static Format>, &'n str) {
    let split = name.split_once(':');
    let split = split.and_then(|(format, path)| Some((lockfile::named(format)?, path)));
    match split {
        Some((format, path)) if !path.is_empty() && host.stat(name).await.is_err() => (Some(format), path),
        _ => (None, name),
    }
}

/// Reads every file, and holds the manifests that a walk found against the lockfiles that it found.
pub(crate) async fn read_all<H: Host>(host: &H, reading: &Reading, sources: Sources) -> Outcomes {
    let Sources {
        files,
        folders,
        mut passed_over,
    } = sources;
    let mut all = Vec::with_capacity(files.len());
    for source in files {
        let walked = source.found.as_ref().map(|(number, _)| folders[*number].as_str());
        let outcome = read(host, &source, reading, walked).await;
        let Source { path, found, .. } = source;
        all.push(Read { path, found, outcome });
    }
    for (number, folder) in folders.iter().enumerate() {
        let place = |inside: &str| walk::place(folder, inside);
        passed_over.extend(rules::settle_walk(&mut all, number, place));
    }
    let files = all
        .into_iter()
        .map(|file| (file.path, file.outcome.map(|(lockfile, _)| lockfile)));
    let faults = passed_over.extract_if(.., |it| it.reason.is_fault());
    let faults = faults.map(|fault| {
        let error = InputError::new(Code::Unreadable, &fault.path, fault.reason.to_string());
        (fault.path, Err(error.help("name with --file what is to be read")))
    });
    let files = files.chain(faults).collect();
    Outcomes {
        folders,
        files,
        passed_over,
    }
}

/// Reads a file of whatever format, and what it says of other files.
async fn read<H: Host>(
    host: &H,
    source: &Source,
    reading: &Reading,
    walked: Option<&str>,
) -> Result<(Lockfile, Ties), InputError> {
    let path = source.path.as_str();
    let bytes = match STDIN.contains(&path) {
        true => host
            .read_stdin()
            .await
            .map_err(|error| unreadable(path, &error))?,
        false => bytes(host, path).await?,
    };
    let input = Input { path, bytes: &bytes };
    let format = match source.format {
        Some(format) => format,
        None => lockfile::detect(input)?,
    };
    let references = format.references(input);
    let files = if references.is_empty() {
        ProjectFiles::default()
    } else {
        let root = reading.project_root.as_deref();
        let project = Project::of(host, path, format, root, walked).await;
        referred(host, &project, format, path, references).await
    };
    let mut lockfile = lockfile::parse(format, input, &files)?;
    if walked.is_none() && !STDIN.contains(&path) {
        let root = reading.project_root.as_deref();
        let gaps = beside::gaps(host, root, input, &lockfile).await;
        lockfile.warnings.extend(gaps);
    }
    let ties = match walked {
        Some(_) => {
            let inside = source.found.as_ref().map_or(path, |(_, inside)| inside);
            Ties::of(
                format,
                Input {
                    path: inside,
                    ..input
                },
            )
        }
        None => Ties::default(),
    };
    Ok((lockfile, ties))
}

/// A lockfile that stands beside the manifest at `path`: it says exactly what the manifest leaves open.
pub(crate) async fn better_file<H: Host>(host: &H, path: &str) -> Option<String> {
    for lockfile in lockfile::lockfiles_beside(path) {
        if host.stat(&lockfile).await.is_ok_and(|stat| stat.is_file) {
            return Some(lockfile);
        }
    }
    None
}

/// All bytes of a file that the user named.
pub(crate) async fn bytes<H: Host>(host: &H, path: &str) -> Result<Vec<u8>, InputError> {
    host.read(path).await.map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &str, error: &HostError) -> InputError {
    let code = match error {
        HostError::TooLarge => Code::TooLarge,
        _ => Code::Unreadable,
    };
    let help = match error {
        HostError::NotFound => "check the path; it is relative to the current folder",
        HostError::IsFolder => "name the file in it, or the folder with --recursive",
        HostError::PermissionDenied => "check who may read it",
        HostError::IsSpecial => "name a file, or `-` for what is piped in",
        _ => "",
    };
    let error = InputError::new(code, path, error.to_string());
    if help.is_empty() { error } else { error.help(help) }
}
