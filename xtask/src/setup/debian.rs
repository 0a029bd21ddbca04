//! Debian's packages: what is installed through apt where it is missing and apt can.

use std::env;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::step::{program, run, say};

/// The package managers that the tests of real clients run, with what else those need: program and package.
const CLIENTS: [(&str, &str); 11] = [
    ("composer", "composer"),
    ("createrepo_c", "createrepo-c"),
    ("dnf", "dnf"),
    ("git", "git"),
    ("mvn", "maven"),
    // What stands before the server in docs/serve.md.
    ("nginx", "nginx-light"),
    ("openssl", "openssl"),
    ("php", "php-cli"),
    ("rpm", "rpm"),
    ("rpmbuild", "rpm"),
    // Composer unpacks with it.
    ("unzip", "unzip"),
];

/// Installs the package managers that are missing. Go is not among them: the tests need a newer one than Debian has.
pub(crate) fn clients() -> Result<()> {
    let missing = || CLIENTS.into_iter().filter(|(program, _)| !is_on_path(program));
    let mut packages: Vec<&str> = missing().map(|(_, package)| package).collect();
    packages.dedup();
    if install("package managers", &packages, || missing().next().is_none()) {
        return Ok(());
    }
    let programs: Vec<&str> = missing().map(|(program, _)| program).collect();
    bail!(
        "the tests of real clients need {}, and apt could not install them: install them with your system's packages",
        programs.join(", ")
    )
}

/// Whether `is_there`, after these packages were installed if it was not.
pub(super) fn install(what: &str, packages: &[&str], is_there: impl Fn() -> bool) -> bool {
    for privilege in [&[][..], &["sudo", "-n"]] {
        if is_there() {
            break;
        }
        if can_install(privilege) {
            say(&format!("Installing {what} through apt"));
            // What fails here shows by what is still missing.
            let _ = apt(privilege, &["update"]);
            let _ = apt(privilege, &[&["install", "-y"], packages].concat());
        }
    }
    is_there()
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn apt(privilege: &[&str], args: &[&str]) -> Result<()> {
    let words = [privilege, &["apt-get"], args].concat();
    run(program(words[0])?
        .args(&words[1..])
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether apt may be used, with `privilege` before it, without asking a person.
fn can_install(privilege: &[&str]) -> bool {
    if !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    let mut words = privilege.to_vec();
    words.push("id");
    let Ok(mut id) = program(words[0]) else {
        return false;
    };
    id.args(&words[1..]).arg("-u").stderr(Stdio::null());
    id.output().is_ok_and(|output| output.stdout.starts_with(b"0"))
}
