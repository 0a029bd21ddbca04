//! `hc registry configure npm`, in process: which file is changed and how, what git would take, and that no
//! token is ever shown.

#![expect(clippy::expect_used, reason = "a test stops at once")]

mod support;

use hc_app::host::Access;
use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent};

const USERS: &str = "/home/me/.npmrc";
const PROJECTS: &str = "/work/.npmrc";
/// Every token here holds it, and nothing that is shown may.
const SECRET: &str = "s3cret";
/// The moment at which the machine in memory begins.
const COPY: &str = ".2027-01-15T08-00-00.bak";
const CONFIGURE: &str = "registry configure npm --registry npmproxy";

fn service(sent: &Sent) -> Reply {
    if sent.line.contains("/system/info") {
        Reply::new(200, r#"{"data":{"registryUrl":"https://pkg.example"}}"#)
    } else if sent.line.ends_with("/registry/acc/npmproxy/+") {
        Reply::new(200, r#"{"data":{"identifier":"npmproxy","packageType":"NPM"}}"#)
    } else if sent.line.ends_with("/registry/acc/jars/+") {
        Reply::new(200, r#"{"data":{"identifier":"jars","packageType":"MAVEN"}}"#)
    } else {
        Reply::new(404, r#"{"code":"404","message":"registry not found"}"#)
    }
}

fn logged_in() -> MemoryHost {
    MemoryHost::default()
        .env("HOME", "/home/me")
        .env("HARNESS_API_URL", "https://har.example")
        .env("HARNESS_API_KEY", "pat.acc.id.s3cret")
        .env("HARNESS_SERVER", "saas")
        .service(service)
}

/// Runs a command and gives its transcript, which must not hold a token.
fn transcript(host: &MemoryHost, command: &str) -> String {
    let (code, out, err) = host.run(command);
    for text in [&out, &err] {
        assert!(!text.contains(SECRET), "a token is shown:\n{text}");
    }
    format!("--- stdout\n{out}--- stderr\n{err}--- exit {code}\n")
}

/// An index of git, version 2, with one path.
fn index(path: &str) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
    bytes.extend([0; 60]);
    bytes.extend(u16::try_from(path.len()).expect("a short path").to_be_bytes());
    bytes.extend(path.bytes());
    bytes.extend(vec![0; 8 - (62 + path.len()) % 8]);
    bytes
}

#[test]
fn the_users_file_is_written_for_the_user_alone() {
    for flags in ["", " --global"] {
        let host = logged_in();
        let shown = transcript(&host, &format!("{CONFIGURE}{flags}"));
        assert_eq!(host.access(USERS), Some(Access::Private));
        assert_eq!(host.paths(), [USERS]);
        if flags.is_empty() {
            assert_snapshot!(shown);
            assert_snapshot!(host.content(USERS).expect("it is written"));
        }
    }
    let host = logged_in().env("NPM_CONFIG_USERCONFIG", "/etc/me.npmrc");
    assert_eq!(host.run(CONFIGURE).0, 0);
    assert_eq!(host.paths(), ["/etc/me.npmrc"]);
}

#[test]
fn a_file_that_is_there_is_edited_and_its_copy_kept() {
    let old =
        "; mine\r\nregistry = https://old.example/\r\n//old.example/:_authToken=olds3cret\r\nfund=false";
    let host = logged_in().file(PROJECTS, old);
    assert_snapshot!(transcript(
        &host,
        &format!("{CONFIGURE} --project-level --scope myorg")
    ));
    assert_snapshot!(
        host.content(PROJECTS)
            .expect("it is written")
            .replace("\r\n", "<CRLF>\n")
    );
    let copy = format!("{PROJECTS}{COPY}");
    assert_eq!(host.content(&copy).as_deref(), Some(old));
    assert_eq!(host.access(&copy), Some(Access::Mode(0o644)));
    assert_eq!(host.access(PROJECTS), Some(Access::Private));

    // Once more changes nothing, and leaves no further copy.
    assert_snapshot!(transcript(
        &host,
        &format!("{CONFIGURE} --project-level --scope @myorg")
    ));
    assert_eq!(host.paths().len(), 2);
}

#[test]
fn a_copy_takes_the_place_of_nothing() {
    let taken = format!("{USERS}{COPY}");
    let host = logged_in().file(USERS, "a=1\n").file(&taken, "mine");
    // A service that answers at once leaves the clock where it is.
    let host = host.service(|sent| service(sent).after(std::time::Duration::ZERO));
    assert_eq!(host.run(CONFIGURE).0, 0);
    assert_eq!(host.content(&taken).as_deref(), Some("mine"));
    let second = taken.replace(".bak", "-2.bak");
    assert_eq!(host.content(&second).as_deref(), Some("a=1\n"));
}

#[test]
fn a_token_that_others_may_read_is_hidden_from_them() {
    let host = logged_in();
    assert_eq!(host.run(CONFIGURE).0, 0);
    let text = host.content(USERS).expect("it is written");
    let host = logged_in().file(USERS, &text);
    assert_eq!(host.run(CONFIGURE).0, 0);
    assert_eq!(host.access(USERS), Some(Access::Private));
    assert_eq!(host.content(USERS), Some(text));
}

#[test]
fn a_link_stays_one() {
    let host = logged_in()
        .file("/dotfiles/npmrc", "a=1\n")
        .link(USERS, "/dotfiles/npmrc");
    assert_eq!(host.run(CONFIGURE).0, 0);
    let text = host.content("/dotfiles/npmrc").expect("it is there");
    assert!(text.starts_with("a=1\nregistry="), "{text}");
    assert_eq!(host.content(USERS), None, "the link is no file");

    let host = logged_in().link(USERS, "/gone/npmrc");
    assert_snapshot!(transcript(&host, CONFIGURE));
    assert!(host.paths().is_empty());
}

#[test]
fn a_dry_run_shows_the_change_without_tokens_and_writes_nothing() {
    let old = "registry=https://me:s3cret@old.example/\n_auth=s3cret\n\
               //pkg.example/pkg/acc/npmproxy/npm/:_authToken = olds3cret\n";
    let host = logged_in().file(USERS, old);
    assert_snapshot!(transcript(&host, &format!("{CONFIGURE} --dry-run")));
    assert_eq!(host.content(USERS).as_deref(), Some(old));
    assert_eq!(host.paths(), [USERS]);
}

#[test]
fn the_package_host_is_the_users_before_the_logins_before_the_services() {
    let saved = r#"{"base_url":"https://har.example","token":"pat.acc.id.s3cret","account_id":"acc","registry_url":"https://saved.example"}"#;
    let logged_in = || logged_in().file("/home/me/.harness/auth.json", saved);
    for (flag, expected) in [
        (
            " --pkg-url http://127.0.0.1:8717/",
            "http://127.0.0.1:8717/pkg/acc/npmproxy/npm/",
        ),
        ("", "https://saved.example/pkg/acc/npmproxy/npm/"),
    ] {
        let host = logged_in();
        assert_eq!(host.run(&format!("{CONFIGURE}{flag}")).0, 0);
        let text = host.content(USERS).expect("it is written");
        let place = expected.split_once(':').map(|(_, place)| place).expect("a URL");
        assert_eq!(
            text,
            format!("registry={expected}\n{place}:_authToken=pat.acc.id.s3cret\n")
        );
        assert_eq!(host.sent().len(), 1, "only the registry is asked for");
    }
}

#[test]
fn the_token_of_a_flag_goes_first() {
    let host = logged_in();
    assert_eq!(host.run(&format!("{CONFIGURE} --token pat.acc.id.flag")).0, 0);
    assert!(
        host.content(USERS)
            .expect("it is written")
            .ends_with(":_authToken=pat.acc.id.flag\n")
    );
}

#[test]
fn what_cannot_be_configured_is_told_and_nothing_written() {
    let mut all = String::new();
    for (what, host, command) in [
        (
            "no such registry",
            logged_in(),
            "registry configure npm --registry none",
        ),
        (
            "another type",
            logged_in(),
            "registry configure npm --registry jars",
        ),
        (
            "no scope",
            logged_in(),
            "registry configure npm --registry npmproxy --scope @a/b",
        ),
        (
            "no URL",
            logged_in(),
            "registry configure npm --registry npmproxy --pkg-url pkg.example",
        ),
        (
            "both levels",
            logged_in(),
            "registry configure npm --registry npmproxy --global --project-level",
        ),
        ("nobody", MemoryHost::default().env("HOME", "/home/me"), CONFIGURE),
        ("no home", MemoryHost::default(), CONFIGURE),
        ("no text", logged_in().file(USERS, b"\xff\n"), CONFIGURE),
    ] {
        let before = host.paths();
        all.push_str(&format!("# {what}\n{}\n", transcript(&host, command)));
        assert_eq!(host.paths(), before, "{what}");
    }
    assert_snapshot!(all);
}

#[test]
fn a_token_that_git_would_take_is_told() {
    let tracks = "git tracks /work/.npmrc";
    let would = "does not ignore it";
    let copy = ".bak holds tokens";
    let old = "//old.example/:_authToken=olds3cret\n";
    for (what, host, expected) in [
        ("no repository", logged_in(), vec![]),
        (
            "tracked",
            logged_in().file("/work/.git/index", index(".npmrc")),
            vec![tracks],
        ),
        (
            "tracked in a folder above",
            logged_in().file("/.git/index", index("work/.npmrc")),
            vec![tracks],
        ),
        (
            "tracked though ignored",
            logged_in()
                .file("/work/.git/index", index(".npmrc"))
                .file("/work/.gitignore", ".npmrc"),
            vec![tracks],
        ),
        (
            "not ignored",
            logged_in().file("/work/.git/index", index("a")),
            vec![would],
        ),
        (
            "a new repository",
            logged_in().file("/work/.git/HEAD", "ref: x"),
            vec![would],
        ),
        (
            "a damaged index",
            logged_in().file("/work/.git/index", "DIRC\0\0\0\x02\0\0\0\x09"),
            vec![would],
        ),
        (
            "ignored",
            logged_in()
                .file("/work/.git/HEAD", "ref: x")
                .file("/work/.gitignore", ".npmrc\n"),
            vec![],
        ),
        (
            "ignored with its folder, and above",
            logged_in()
                .file("/.git/HEAD", "ref: x")
                .file("/.gitignore", "/work/\n"),
            vec![],
        ),
        (
            "ignored above and wanted here",
            logged_in()
                .file("/.git/HEAD", "ref: x")
                .file("/.gitignore", ".npmrc\n")
                .file("/work/.gitignore", "!.npmrc\n"),
            vec![would],
        ),
        (
            "ignored in the repository's own settings",
            logged_in().file("/work/.git/info/exclude", ".npmrc\n"),
            vec![],
        ),
        (
            "a linked work tree",
            logged_in()
                .file("/work/.git", "gitdir: /main/.git/worktrees/w\n")
                .file("/main/.git/worktrees/w/index", index(".npmrc")),
            vec![tracks],
        ),
        (
            "a submodule",
            logged_in()
                .file("/work/.git", "gitdir: modules/w\n")
                .file("/work/modules/w/index", index(".npmrc")),
            vec![tracks],
        ),
        (
            "the copy too",
            logged_in()
                .file("/work/.git/HEAD", "ref: x")
                .file("/work/.gitignore", ".npmrc\n")
                .file(PROJECTS, old),
            vec![copy],
        ),
    ] {
        let shown = transcript(&host, &format!("{CONFIGURE} --project-level"));
        for words in [tracks, would, copy] {
            assert_eq!(
                shown.contains(words),
                expected.contains(&words),
                "{what}:\n{shown}"
            );
        }
    }
    // A dry run tells too, and the user's own file may be in a repository.
    let host = logged_in().file("/home/me/.git/index", index(".npmrc"));
    assert!(transcript(&host, &format!("{CONFIGURE} --dry-run")).contains("git tracks /home/me/.npmrc"));
}
