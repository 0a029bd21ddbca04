//! Why a command ended without its result.

use hc_core::api::ApiError;
use hc_core::api::push::npm::TagError;
use hc_core::checksum::Difference;
use hc_core::error::InputError;
use hc_core::metadata::MetadataError;
use hc_core::package_file::PackageError;
use http::StatusCode;

use crate::exit_status::ExitStatus;
use crate::host::{HostError, NetErrorKind};
use crate::net::Failure;

/// Why a command ended without its result. `Display` is one line for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file cannot be used.
    #[error("{0}")]
    Input(#[from] InputError),
    /// The arguments contradict each other or what is at hand.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// This program cannot do it.
    #[error("{message}")]
    Unsupported {
        /// What cannot be done.
        message: String,
        /// What to do instead.
        help: String,
    },
    /// What was asked about is not there.
    #[error("no dependency called {package} in {files}")]
    NoSuchPackage {
        /// What was asked about.
        package: String,
        /// Where it was looked for.
        files: String,
    },
    /// The service has nothing of that name.
    #[error("{message}")]
    NotFound {
        /// What is not there.
        message: String,
        /// What to do.
        help: String,
    },
    /// What arrived is not what the service announced.
    #[error(
        "what arrived of {what} is not whole: its {} is {}, the service announced {}",
        difference.algorithm.as_str(), difference.found, difference.expected
    )]
    Checksum {
        /// What was fetched.
        what: String,
        /// Which checksum tells.
        difference: Difference,
    },
    /// Less or more arrived than the service announced.
    #[error("what arrived of {what} is not whole: {received} of {announced} bytes")]
    Length {
        /// What was fetched.
        what: String,
        /// How many bytes came.
        received: u64,
        /// How many should have.
        announced: u64,
    },
    /// A service is needed, and nobody is logged in.
    #[error("not logged in")]
    NotLoggedIn,
    /// A registry's verdict is wanted, and nobody is logged in.
    #[error("the registry {registry} was not asked: not logged in{problem}")]
    RegistryNotAsked {
        /// The registry.
        registry: String,
        /// What is known about why; empty, or `, …`.
        problem: &'static str,
    },
    /// The service that was logged in to does not know the account.
    #[error("the account {account} is not known: {failure}")]
    NoSuchAccount {
        /// The account.
        account: String,
        /// What it said.
        failure: Box<Failure>,
    },
    /// The embedded registry could not run.
    #[error("the registry cannot run: {0}")]
    Serve(HostError),
    /// The saved login cannot be used.
    #[error("{path}: {problem}")]
    SavedLogin {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A service could not be asked, or did not do it.
    #[error("{0}")]
    Service(#[from] Failure),
    /// `--metadata` cannot be read.
    #[error("{0}")]
    Metadata(#[from] MetadataError),
    /// A file or folder of the user's cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: HostError,
    },
    /// Some of several things failed, each told before.
    #[error("{failed} of {all} failed")]
    Partly {
        /// How many failed.
        failed: usize,
        /// Of how many.
        all: usize,
    },
    /// What happened to one of several files.
    #[error("{path}: {error}")]
    Of {
        /// Which.
        path: String,
        /// What.
        error: Box<Error>,
    },
    /// What failed before would fail again.
    #[error("not tried, since what went wrong before would go wrong again")]
    NotTried,
    /// A POM that would name files which are not there.
    #[error("not sent, since not all files that it stands for were taken")]
    PomHeld,
    /// All files were taken, and the metadata that lead to them do not tell of them.
    #[error("the files are there, but {path} does not tell of them: {error}")]
    Unlisted {
        /// Where they are in the repository.
        path: String,
        /// Why.
        error: Box<Error>,
    },
    /// A file that others write, too, never held what was written.
    #[error("what was written there did not stay, or was never there")]
    Contended,
    /// A file is not the package that its name says.
    #[error("{path} {error}")]
    Package {
        /// Which.
        path: String,
        /// Why.
        error: PackageError,
    },
    /// A name of the service's cannot be used here.
    #[error("the name leads out of the folder, or cannot be a file's")]
    UnsafeName,
    /// Some of several files cannot be pushed, each told before.
    #[error("nothing was pushed: {refused} of {all} files cannot be")]
    Refused {
        /// How many.
        refused: usize,
        /// Of how many.
        all: usize,
    },
    /// The registry has another file in the place of the one to push.
    #[error(
        "{what} is there already with another content: its {} is {}, this file's {}",
        difference.algorithm.as_str(), difference.expected, difference.found
    )]
    Exists {
        /// What.
        what: String,
        /// Which checksum tells.
        difference: Difference,
    },
    /// The registry took another content than was sent.
    #[error(
        "the service took it, and announces another content: its {} is {}, this file's {}",
        difference.algorithm.as_str(), difference.expected, difference.found
    )]
    OtherTaken {
        /// Which checksum tells.
        difference: Difference,
    },
    /// The registry said that it took a file, and has none in its place.
    #[error("the service said that it took it, and does not have it")]
    NotTaken,
    /// A hidden file of the user's would be written over by one that the user did not name.
    #[error("it is hidden, and another one of that name is here already")]
    HiddenHere,
    /// What is to be written to is a link, which may lead anywhere.
    #[error("{path} is a link, and is not written through")]
    Link {
        /// Which.
        path: String,
    },
    /// The version that is to be pushed is there already.
    #[error("cannot publish over {what}, which is there already")]
    Published {
        /// What.
        what: String,
    },
    /// No tag can name a version.
    #[error("{0}")]
    Tag(#[from] TagError),
    /// The person at the terminal said no.
    #[error("nothing was done")]
    Declined,
    /// The results could not be written.
    #[error("the output cannot be written: {0}")]
    Output(HostError),
    /// The results could not be put into their format.
    #[error("the result cannot be written as {format}: {message}")]
    Serialize {
        /// JSON or YAML.
        format: &'static str,
        /// The serializer's words.
        message: String,
    },
}

impl Error {
    /// The error that a package which was asked about is in none of `files`.
    pub(crate) fn no_such_package(package: String, files: &[String]) -> Self {
        Self::NoSuchPackage {
            package,
            files: files.join(", "),
        }
    }

    /// What to do about it, if there is something to do.
    pub(crate) fn help(&self) -> Option<&str> {
        match self {
            Self::Input(error) => error.help.as_deref(),
            Self::Usage { help, .. } | Self::Unsupported { help, .. } | Self::NotFound { help, .. } => {
                Some(help)
            }
            Self::Checksum { .. } => Some("nothing was kept of it; try again"),
            Self::OtherTaken { .. } => {
                Some("do not use what the registry has now: delete it there, and push the file again")
            }
            Self::Length { .. } => Some("try again"),
            Self::NotTaken => Some("check that the URL of packages (--pkg-url) is that of the service"),
            Self::HiddenHere => Some("--force writes over it"),
            Self::Link { .. } => Some("remove it, or name another place"),
            Self::NoSuchPackage { .. } => Some("`hc deps FILE` lists the names"),
            Self::NotLoggedIn => {
                Some("log in with `hc auth login`; `hc serve` runs a registry of your own to try it with")
            }
            Self::RegistryNotAsked { .. } => Some(
                "log in with `hc auth login`, or set HARNESS_API_KEY; --offline takes the embedded firewall's verdict instead",
            ),
            Self::NoSuchAccount { .. } => {
                Some("check --account, and that --api-url is the service's base URL, without a path")
            }
            Self::SavedLogin { .. } => Some("`hc auth login` writes it anew, `hc auth logout` removes it"),
            Self::Service(failure) => service_help(failure),
            Self::Metadata(_) => Some("write --metadata \"env:prod,region:us\""),
            Self::File { error, .. } => match error {
                HostError::NotFound => Some("check the path; it is relative to the current folder"),
                HostError::PermissionDenied => Some("check who may read and write it"),
                HostError::IsSpecial => Some("name a file; the content of a pipe can be put into one first"),
                _ => None,
            },
            Self::Of { error, .. } if error.code() == "conflict" => Some(
                "a version stays what it is; --skip-existing leaves alone what is there with the same content",
            ),
            Self::Of { error, .. } => error.help(),
            Self::Unlisted { .. } => {
                Some("push again with --skip-existing, which only writes what is missing")
            }
            Self::Package { .. } => {
                Some("it was not pushed; build the package anew, or give its file its right name")
            }
            Self::Published { .. } => Some(
                "a version stays what it is: give the package another version; --skip-existing leaves alone what is \
                 there with the same content",
            ),
            Self::Refused { refused, all } if refused < all => {
                Some("without --all-or-nothing the others are pushed")
            }
            Self::Tag(_) => Some("choose its tag with --tag NAME"),
            Self::Exists { .. } => Some("a version stays what it is: give the package another version"),
            Self::Partly { .. }
            | Self::Refused { .. }
            | Self::NotTried
            | Self::PomHeld
            | Self::Contended
            | Self::UnsafeName
            | Self::Declined
            | Self::Serve(_)
            | Self::Output(_)
            | Self::Serialize { .. } => None,
        }
    }

    /// A stable name of the kind of error.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Input(error) => error.code.as_str(),
            Self::Usage { .. } => "usage",
            Self::Unsupported { .. } => "unsupported",
            Self::NoSuchPackage { .. } => "no-such-package",
            Self::NotFound { .. } => "not-found",
            Self::Checksum { .. } | Self::OtherTaken { .. } => "checksum",
            Self::Length { .. } => "incomplete",
            Self::NotLoggedIn | Self::RegistryNotAsked { .. } => "not-logged-in",
            Self::NoSuchAccount { .. } => "no-such-account",
            Self::Serve(_) => "serve",
            Self::SavedLogin { .. } => "saved-login",
            Self::Service(failure) => service_code(failure),
            Self::Metadata(_) => "metadata",
            Self::File { .. } => "file",
            Self::Of { error, .. } | Self::Unlisted { error, .. } => error.code(),
            Self::Contended => "conflict",
            Self::Package { error, .. } => error.code(),
            Self::Refused { .. } => "refused",
            Self::NotTried | Self::PomHeld => "not-tried",
            Self::UnsafeName | Self::Link { .. } => "unsafe-name",
            Self::NotTaken => "bad-answer",
            Self::Exists { .. } | Self::Published { .. } | Self::HiddenHere => "exists",
            Self::Tag(_) => "tag",
            Self::Partly { .. } => "partly",
            Self::Declined => "declined",
            Self::Output(_) => "output",
            Self::Serialize { .. } => "serialize",
        }
    }

    /// Whether the next request to the same service would fail in the same way.
    pub(crate) fn is_lasting(&self) -> bool {
        match self {
            Self::Service(Failure::Net { error, .. }) => matches!(
                error.kind,
                NetErrorKind::Resolve | NetErrorKind::Connect(_) | NetErrorKind::Tls(_)
            ),
            Self::Service(Failure::Api { error, .. }) => {
                matches!(error.status().map(|status| status.as_u16()), Some(401 | 403))
            }
            _ => false,
        }
    }

    pub(crate) fn exit_status(&self) -> ExitStatus {
        match self {
            Self::Usage { .. } | Self::Metadata(_) => ExitStatus::Usage,
            Self::Of { error, .. } => error.exit_status(),
            _ => ExitStatus::Failure,
        }
    }
}

/// What brings web pages and other files in the place of answers.
const WEB_PAGE: &str = "a server answers so to a path that it does not know, and so does a page to sign in or a proxy \
                        before it: check --api-url (the base URL, without a path), --pkg-url, and --server if it \
                        is Harness Open Source";
/// What a 404 means that no API wrote.
const NO_SUCH_PATH: &str = "that is no answer of the API: the server does not have this path; check --api-url (the \
                            base URL, without a path), --pkg-url, and --server if it is Harness Open Source";

/// What to do when a service did not do it, by what it said.
fn service_help(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::Net { error, .. } => Some(match error.kind {
            NetErrorKind::Resolve => "check the URL (--api-url, --pkg-url) and the network",
            NetErrorKind::Connect(_) => {
                "check that the service runs, the URL, and HTTPS_PROXY if there is a proxy"
            }
            NetErrorKind::Tls(_) => {
                "if the service has a certificate of your own authority, pass it with --ca-file"
            }
            NetErrorKind::Timeout => "try again, or allow more with --timeout SECONDS",
            NetErrorKind::Broken(_) => "try again",
            NetErrorKind::File { .. } => "check that the file is there and may be read",
        }),
        Failure::Api {
            error: ApiError::WebPage { .. } | ApiError::NotTheFile { .. },
            ..
        } => Some(WEB_PAGE),
        Failure::Api {
            error:
                ApiError::Refused {
                    status: StatusCode::NOT_FOUND,
                    is_told: false,
                    ..
                },
            ..
        } => Some(NO_SUCH_PATH),
        Failure::Api {
            error, retry_after, ..
        } => match error.status()?.as_u16() {
            401 => Some("the token is wrong or has run out; log in again with `hc auth login`"),
            403 => Some("the token may not do this; check its role, and --account, --org and --project"),
            404 => Some("check the name, and --org and --project; `hc registry list` shows what there is"),
            409 => Some("choose another name, or look at what is there with `hc registry list`"),
            413 => Some("the service does not take anything that large"),
            429 if retry_after.is_some() => Some("the service asks for a pause; try again later"),
            429 => Some("too many requests; try again later"),
            507 => Some("the service has no room left"),
            500.. => Some("the service has a fault; try again later"),
            _ => None,
        },
        Failure::Redirect { .. } => {
            Some("if that is where the service is now, give it with --api-url, or --pkg-url for packages")
        }
        Failure::DotName { .. } => Some("check the names of registry, package and version"),
        Failure::TooLarge { .. } => Some("check that the URL is that of the service"),
        Failure::Slow { .. } => Some(
            "what came is kept, and the same command goes on from there; --timeout SECONDS allows more time",
        ),
        Failure::Endless { .. } => {
            Some("check that the URL is that of the service; --search lists only a part")
        }
    }
}

/// A stable name of what went wrong with a service.
fn service_code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Net { error, .. } => match error.kind {
            NetErrorKind::Resolve => "resolve",
            NetErrorKind::Connect(_) => "connect",
            NetErrorKind::Tls(_) => "tls",
            NetErrorKind::Timeout => "timeout",
            NetErrorKind::Broken(_) => "connection-broken",
            NetErrorKind::File { .. } => "file",
        },
        Failure::Api { error, .. } => match error {
            ApiError::WebPage { .. } | ApiError::NotTheFile { .. } | ApiError::Unreadable { .. } => {
                "bad-answer"
            }
            ApiError::Refused { status, .. } => match status.as_u16() {
                401 => "unauthenticated",
                403 => "forbidden",
                404 => "not-found",
                409 => "conflict",
                413 => "too-large",
                429 => "too-many-requests",
                500.. => "service-fault",
                _ => "refused",
            },
        },
        Failure::Redirect { .. } => "redirect",
        Failure::DotName { .. } => "dot-name",
        Failure::TooLarge { .. } | Failure::Endless { .. } => "bad-answer",
        Failure::Slow { .. } => "timeout",
    }
}
