//! `hc registry configure npm`

use hc_core::api::registries;
use hc_core::api::service::package_base;
use hc_core::npmrc::{self, Change, Edit, Setting};

use crate::args::{ConfigureNpm, Global};
use crate::command::session::Session;
use crate::console::Console;
use crate::error::Error;
use crate::exit_status::ExitStatus;
use crate::git::{self, Exposure};
use crate::host::Host;
use crate::login;
use crate::render::text::visible;
use crate::settings::{self, Settings};
use crate::user_file::UserFile;

pub(crate) async fn run<H: Host>(
    host: &H,
    console: &Console<'_, H>,
    global: &Global,
    args: &ConfigureNpm,
) -> Result<ExitStatus, Error> {
    let scope = args.scope.as_deref().map(scope).transpose()?;
    let path = path(host, args)?;
    let settings = Settings::load(host, global).await?;
    let mut session = Session::with(host, console, global, &settings).await?;
    let url = registry_url(&mut session, args).await?;
    let token = settings.token.ok_or(Error::NotLoggedIn)?.value;
    let token = Setting::token(&url, token.reveal()).ok_or_else(|| Error::Usage {
        message: format!("{url} is not a URL that npm can use"),
        help: "give the package host's base URL with --pkg-url".to_owned(),
    })?;
    let file = UserFile::read(host, &path).await?;
    let old = file.text()?;
    let edit = npmrc::set(old, &[Setting::registry(scope.as_deref(), &url), token]);

    warn_of_git(host, console, &file, args).await;
    if args.dry_run {
        if edit.changes.is_empty() {
            console.step(&format!("Nothing would change in {path}"));
        } else {
            console.result(&diff(&path, &edit))?;
        }
        return Ok(ExitStatus::Success);
    }
    if edit.changes.is_empty() && file.is_private() {
        console.step(&format!("{path} is set up for {url} already"));
    } else {
        let copy = file.replace(host, edit.text.as_bytes()).await?;
        console.step(&format!("npm is set up for {url} in {path}"));
        if let Some(copy) = copy {
            console.step(&format!("The old file is kept as {copy}"));
            let is_exposed = npmrc::holds_secrets(old) && git::exposure(host, &copy).await.is_some();
            if is_exposed {
                console.note(&format!("{copy} holds tokens, and `git add` would take it"));
            }
        }
    }
    match scope {
        Some(scope) => console.step(&format!("Next: npm install {scope}/PACKAGE")),
        None => console.step("Next: npm install PACKAGE"),
    }
    Ok(ExitStatus::Success)
}

/// The file to change. The user's is npm's own choice, and that of its variable.
fn path<H: Host>(host: &H, args: &ConfigureNpm) -> Result<String, Error> {
    if args.project_level {
        return Ok(".npmrc".to_owned());
    }
    ["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"]
        .into_iter()
        .find_map(|name| settings::environment(host, name))
        .or_else(|| Some(format!("{}/.npmrc", login::home(host)?)))
        .ok_or_else(|| Error::Usage {
            message: "there is no home folder, and so no ~/.npmrc".to_owned(),
            help: "set HOME, or use --project-level".to_owned(),
        })
}

/// A scope with its `@`.
fn scope(text: &str) -> Result<String, Error> {
    let name = text.strip_prefix('@').unwrap_or(text);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(Error::Usage {
            message: format!("{text:?} (--scope) is not a scope of npm packages"),
            help: "give a name such as @myorg, without a slash".to_owned(),
        });
    }
    Ok(format!("@{name}"))
}

/// Where npm finds the registry, which must be there and of type NPM.
async fn registry_url<H: Host>(session: &mut Session<'_, H>, args: &ConfigureNpm) -> Result<String, Error> {
    let name = &args.registry;
    let request = registries::get(&session.service, name);
    let details = {
        let parse = |answer: &_| registries::parse_get(answer, &args.registry);
        session.client.call(&request, parse).await?
    };
    if !details.package_type.eq_ignore_ascii_case("NPM") {
        return Err(Error::Usage {
            message: format!("the registry {name} is of type {}, not NPM", details.package_type),
            help: "`hc registry list --package-type NPM` shows those that fit".to_owned(),
        });
    }
    let packages = session.packages(args.pkg_url.as_deref()).await?;
    let base = package_base(&packages, &session.service.scope.account, name);
    Ok(format!("{base}/npm/"))
}

/// The lines that would go and come.
fn diff(path: &str, edit: &Edit) -> String {
    let mut out = format!("--- {}\n", visible(path));
    for change in &edit.changes {
        let (sign, line) = match change {
            Change::Removed(line) => ('-', line),
            Change::Added(line) => ('+', line),
        };
        out.push_str(&format!("{sign}{}\n", visible(line)));
    }
    out
}

/// Says when the token would get into a repository.
async fn warn_of_git<H: Host>(host: &H, console: &Console<'_, H>, file: &UserFile, args: &ConfigureNpm) {
    let Some(exposure) = git::exposure(host, file.real()).await else {
        return;
    };
    let path = file.real();
    let mut text = match exposure {
        Exposure::Tracked => format!("git tracks {path}: the next commit would hold the token"),
        Exposure::Untracked => {
            format!("{path} is in a git repository that does not ignore it: `git add` would take the token")
        }
    };
    if args.project_level {
        text.push_str("; use --global to keep it out");
    }
    console.note(&text);
}
