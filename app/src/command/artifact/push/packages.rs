//! Pushing package files: all are read, and those that are what their names say are sent.

use futures_util::lock::Mutex;
use hc_core::api::push::Target;

use super::kind::Kind;
use super::local_file::LocalFile;
use super::named;
use super::send::{Refused, Row, Sender, Status};
use crate::args::{Global, PushFiles};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::host::Host;
use crate::package_source;

/// A package that may be sent.
struct Ready<P> {
    file: LocalFile,
    package: P,
    /// Held while it is sent.
    turn: Mutex<()>,
    /// The place of the one that must have been sent.
    after: Option<usize>,
}

pub(super) async fn run<H: Host, K: Kind>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &PushFiles,
    kind: &K,
) -> Result<ExitStatus, Error> {
    let mut session = Session::open(host, console, global).await?;
    let paths = named::files(host, &args.files, K::IN_FOLDERS).await?;
    let sender = Sender::new(host, console, global, &args.sending);
    let (mut ready, refused) = read(host, console, &sender, kind, &paths).await;
    let refused = sender.goes_on_without(refused, paths.len())?;
    arrange(kind, &mut ready);
    let packages = session.packages(args.sending.packages.pkg_url.as_deref()).await?;
    let target = session.target(&packages, &args.registry);
    let send = async |one: &Ready<K::Package>| {
        // Sending begins in this order, so that whoever is waited for has its turn already, or had it.
        let _turn = one.turn.lock().await;
        if let Some(before) = one.after.and_then(|before| ready.get(before)) {
            drop(before.turn.lock().await);
        }
        push(&sender, &session, &target, kind, one).await
    };
    let row = |ready: &_| row(&target, kind, ready);
    sender.all(&ready, refused, row, send).await
}

/// Brings packages into the order in which they are sent.
fn arrange<K: Kind>(kind: &K, ready: &mut [Ready<K::Package>]) {
    ready.sort_by(|one, other| kind.order(&one.package, &other.package));
    for index in 1..ready.len() {
        let before = index - 1;
        if kind.waits(&ready[index].package, &ready[before].package) {
            ready[index].after = Some(before);
        }
    }
}

/// Reads every file; gives those that can be pushed, and the others.
async fn read<H: Host, K: Kind>(
    host: &H,
    console: &Console<'_, H>,
    sender: &Sender<'_, H>,
    kind: &K,
    paths: &[String],
) -> (Vec<Ready<K::Package>>, Vec<Refused>) {
    let mut ready = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        match inspect(host, sender, kind, path).await {
            Ok(one) => {
                if let Some(note) = kind.note(&one.package) {
                    console.note(&format!("{path}: {note}"));
                }
                ready.push(one);
            }
            Err(error) => refused.push(Refused {
                path: path.clone(),
                error,
            }),
        }
    }
    (ready, refused)
}

async fn inspect<H: Host, K: Kind>(
    host: &H,
    sender: &Sender<'_, H>,
    kind: &K,
    path: &str,
) -> Result<Ready<K::Package>, Error> {
    let file = sender.read(path).await?;
    let source = package_source::of(host, path, file.size);
    let package = kind.read(&source, &file.name).map_err(|error| Error::Package {
        path: path.to_owned(),
        error,
    })?;
    Ok(Ready {
        file,
        package,
        turn: Mutex::default(),
        after: None,
    })
}

fn row<K: Kind>(target: &Target<'_>, kind: &K, ready: &Ready<K::Package>) -> Row {
    let (package, version) = kind.identity(&ready.package);
    let request = kind.request(target, &ready.file, &ready.package);
    Row::new(
        &ready.file,
        package,
        version,
        &ready.file.name,
        request.uri().to_string(),
    )
}

async fn push<H: Host, K: Kind>(
    sender: &Sender<'_, H>,
    session: &Session<'_, H>,
    target: &Target<'_>,
    kind: &K,
    ready: &Ready<K::Package>,
) -> Result<Status, Error> {
    let Ready { file, package, .. } = ready;
    let skip_existing = sender.skips_existing();
    let prepared = kind.prepare(session, target, file, package, skip_existing);
    match prepared.await? {
        Some(request) => sender.send(&session.client, file, &request, K::ANSWER).await,
        None => Ok(Status::Skipped),
    }
}
