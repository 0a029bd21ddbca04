//! Logging in and out, in process: prompts, what is asked of the service, what is saved, and that no token
//! is ever shown.

mod support;

use hc_app::host::{Access, HostError};
use insta::assert_snapshot;
use support::{MemoryHost, Reply, Sent};

const FILE: &str = "/home/me/.harness/auth.json";
/// Every token here holds it, and nothing that is shown may.
const SECRET: &str = "s3cret";
const TOKEN: &str = "pat.acc.id.s3cret";
const LOGIN: &str = "auth login --api-url https://har.example --api-token pat.acc.id.s3cret";

fn at_home() -> MemoryHost {
    MemoryHost::default().env("HOME", "/home/me").env("NO_COLOR", "1")
}

/// The hosted service.
fn hosted(sent: &Sent) -> Reply {
    if sent.line.contains("/ng/api/accounts/") {
        Reply::new(200, r#"{"status":"SUCCESS","data":{"identifier":"acc"}}"#)
    } else if sent.line.contains("/system/info") {
        Reply::new(200, r#"{"data":{"registryUrl":"https://pkg.example"}}"#)
    } else {
        Reply::new(404, "{}")
    }
}

/// Harness Open Source, which answers what it does not know with its page.
fn open_source(sent: &Sent) -> Reply {
    let is_known = sent
        .headers
        .get("authorization")
        .is_some_and(|value| value == "Bearer s3cret");
    match (sent.line.contains("/api/v1/spaces/acc/+/registries"), is_known) {
        (true, true) => Reply::new(200, r#"{"data":{"registries":[]}}"#),
        (true, false) => Reply::new(401, r#"{"message":"Unauthorized"}"#),
        (false, _) => Reply::new(200, "<html>Harness Open Source</html>"),
    }
}

/// Runs a command and gives its transcript, which must not hold the token.
fn transcript(host: &MemoryHost, command: &str) -> String {
    let (code, out, err) = host.run(command);
    for text in [&out, &err] {
        assert!(!text.contains(SECRET), "a token is shown:\n{text}");
    }
    format!("--- stdout\n{out}--- stderr\n{err}--- exit {code}\n")
}

fn lines(host: &MemoryHost) -> Vec<String> {
    host.sent().into_iter().map(|sent| sent.line).collect()
}

#[test]
fn a_login_is_checked_and_saved_for_the_user_alone() {
    let host = at_home().service(hosted);
    assert_snapshot!(transcript(&host, LOGIN));
    assert_eq!(
        lines(&host),
        [
            "GET https://har.example/ng/api/accounts/acc",
            "GET https://har.example/gateway/har/api/v3/system/info?account_identifier=acc"
        ]
    );
    assert!(host.sent().iter().all(|sent| sent.headers["x-api-key"] == TOKEN));
    assert_snapshot!(host.content(FILE).expect("it is saved"));
    assert_eq!(host.access(FILE), Some(Access::Private));
    assert_eq!(host.access("/home/me/.harness"), Some(Access::Private));
}

#[test]
fn a_person_is_asked_for_what_is_missing() {
    let host = at_home()
        .service(hosted)
        .answers(&["https://har.example", "s3cret", "acc"]);
    assert_snapshot!(transcript(&host, "auth login"));
    let saved = host.content(FILE).expect("it is saved");
    assert!(
        saved.contains(r#""base_url": "https://har.example""#) && saved.contains(r#""account_id": "acc""#)
    );

    // The account is in the token, and an empty answer takes the default.
    let host = at_home().service(hosted).answers(&["", TOKEN]);
    assert_eq!(host.run("auth login").0, 0);
    assert!(lines(&host)[0].ends_with("/ng/api/accounts/acc"));

    // The next login begins where the last one was, without its token.
    let saved = r#"{"base_url":"https://old.example","token":"olds3cret","account_id":"old","org_id":"o"}"#;
    let host = at_home()
        .file(FILE, saved)
        .service(hosted)
        .answers(&["", "s3cret", ""]);
    assert_snapshot!(transcript(&host, "auth login --project p"));
    assert_snapshot!(host.content(FILE).expect("it is saved"));

    // An organization belongs to its account.
    let host = at_home()
        .file(FILE, saved)
        .service(hosted)
        .answers(&["", "s3cret", "new"]);
    assert_eq!(host.run("auth login").0, 0);
    assert!(!host.content(FILE).expect("it is saved").contains("org_id"));
}

#[test]
fn without_a_person_what_is_missing_is_named() {
    let mut all = String::new();
    for (what, host, command) in [
        ("no terminal", at_home(), "auth login"),
        (
            "not asked",
            at_home().answers(&["x"]),
            "auth login --non-interactive",
        ),
        (
            "a token without an account",
            at_home(),
            "auth login --api-token s3cret",
        ),
        ("nothing in stdin", at_home(), "auth login --token-stdin"),
        (
            "a malformed token",
            at_home(),
            "auth login --api-token pat.acc.s3cret",
        ),
        (
            "a saved token is not used again",
            at_home().file(FILE, r#"{"base_url":"https://app.harness.io","token":"s3cret"}"#),
            "auth login",
        ),
        (
            "two tokens",
            at_home(),
            "auth login --api-token s3cret --token s3cret2",
        ),
        (
            "a token and stdin",
            at_home(),
            "auth login --token-stdin --token s3cret",
        ),
        (
            "a URL that is none",
            at_home(),
            "auth login --api-url har.example --api-token pat.acc.id.s3cret",
        ),
        (
            "a person who leaves",
            at_home().answers(&["https://har.example"]),
            "auth login",
        ),
    ] {
        all.push_str(&format!("# {what}\n{}\n", transcript(&host, command)));
        assert_eq!(host.sent().len(), 0, "{what}");
    }
    assert_snapshot!(all);
}

#[test]
fn a_token_is_read_from_stdin_and_from_the_environment() {
    let host = at_home().service(hosted).answers(&["pat.acc.id.s3cret\n"]);
    assert_eq!(
        host.run("auth login --token-stdin --api-url https://har.example")
            .0,
        0
    );
    assert_eq!(host.sent()[0].headers["x-api-key"], TOKEN);

    let host = at_home().service(hosted).env("HARNESS_API_KEY", TOKEN);
    let shown = transcript(&host, "auth login --non-interactive --account other");
    assert!(!shown.contains("note"), "{shown}");
    assert!(
        lines(&host)[0].ends_with("/ng/api/accounts/other"),
        "a flag goes first"
    );
}

#[test]
fn open_source_is_found_out_and_remembered() {
    let host = at_home().service(open_source);
    let login = "auth login --api-url https://har.example --api-token s3cret --account acc";
    assert_snapshot!(transcript(&host, login));
    assert_eq!(
        lines(&host),
        [
            "GET https://har.example/ng/api/accounts/acc",
            "GET https://har.example/api/v1/spaces/acc/+/registries?page=0&size=1"
        ]
    );
    assert_snapshot!(host.content(FILE).expect("it is saved"));
    assert_eq!(host.run("registry list").0, 0);
    let last = host.sent().pop().expect("it asked");
    assert!(
        last.line.contains("https://har.example/api/v1/spaces/acc/"),
        "{}",
        last.line
    );
    assert_eq!(last.headers["authorization"], "Bearer s3cret");

    let host = at_home().service(open_source);
    let wrong = login.replace("s3cret", "wrongs3cret");
    assert_snapshot!(transcript(&host, &wrong));
    assert_eq!(host.content(FILE), None);
}

#[test]
fn what_cannot_be_logged_in_to_is_told_and_not_saved() {
    let mut all = String::new();
    for (what, status, body) in [
        (
            "a wrong token",
            401,
            r#"{"code":"INVALID_TOKEN","message":"Token is not valid"}"#,
        ),
        ("no such account", 404, r#"{"message":"Account not found"}"#),
        ("another page", 200, "<html>Sign in</html>"),
        ("a fault", 500, "{}"),
    ] {
        let host = at_home().service(move |_| Reply::new(status, body));
        all.push_str(&format!("# {what}\n{}\n", transcript(&host, LOGIN)));
        assert_eq!(host.content(FILE), None, "{what}");
    }
    assert_snapshot!(all);
}

#[test]
fn a_service_that_does_not_tell_its_package_host_can_be_logged_in_to() {
    let host = at_home().service(|sent| match sent.line.contains("/system/info") {
        true => Reply::new(404, "{}"),
        false => hosted(sent),
    });
    assert_snapshot!(transcript(&host, LOGIN));
    assert!(!host.content(FILE).expect("it is saved").contains("registry_url"));
}

#[test]
fn plain_http_to_another_machine_is_told() {
    for (url, is_told) in [
        ("http://har.example", true),
        ("http://127.0.0.1:8717", false),
        ("https://har.example", false),
    ] {
        let host = at_home().service(hosted);
        let login = format!("auth login --api-url {url} --api-token {TOKEN}");
        let shown = transcript(&host, &login);
        assert_eq!(shown.contains("is plain http"), is_told, "{shown}");
        assert!(shown.ends_with("exit 0\n"), "{shown}");
    }
}

#[test]
fn an_environment_that_goes_before_the_login_is_told() {
    let host = at_home()
        .service(hosted)
        .env("HARNESS_API_KEY", "pat.acc.other.s3cret");
    let shown = transcript(&host, LOGIN);
    assert!(
        shown.contains("$HARNESS_API_KEY is set, and goes before the saved login"),
        "{shown}"
    );
}

#[test]
fn a_saved_login_that_cannot_be_read_is_written_anew() {
    let host = at_home().file(FILE, "{\"token\": s3cret").service(hosted);
    assert_snapshot!(transcript(&host, LOGIN));
    assert_eq!(host.run("auth status").0, 0);

    let host = at_home()
        .broken_file(FILE, HostError::PermissionDenied)
        .service(hosted);
    assert!(transcript(&host, LOGIN).ends_with("exit 1\n"));
    let host = MemoryHost::default().service(hosted);
    assert!(transcript(&host, LOGIN).contains("there is no home folder"));
}

#[test]
fn status_tells_where_each_setting_comes_from() {
    let saved = format!(
        r#"{{"base_url":"https://har.example","token":"{TOKEN}","account_id":"acc","org_id":"o","project_id":"p","registry_url":"https://pkg.example"}}"#
    );
    let host = || at_home().file(FILE, &saved);
    assert_snapshot!(transcript(&host(), "auth status"));
    assert_snapshot!(transcript(&host(), "auth status --format json"));
    assert_snapshot!(transcript(&host(), "auth status --format yaml"));
    // A flag goes before the environment, and that before the saved login.
    let host = host()
        .env("ORG_IDENTIFIER", "env-org")
        .env("PROJECT_IDENTIFIER", "env-project")
        .env("HARNESS_TIMEOUT_SECONDS", "5");
    assert_snapshot!(transcript(&host, "auth status --org flag-org"));
    // Another service has nothing of the saved login.
    assert_snapshot!(transcript(&host, "auth status --api-url https://other.example"));
    assert_snapshot!(transcript(&at_home(), "auth status"));
    assert_eq!(host.sent().len(), 0);
}

#[test]
fn logging_out_removes_the_file() {
    let saved = format!(r#"{{"base_url":"https://har.example","token":"{TOKEN}","account_id":"acc"}}"#);
    let host = at_home().file(FILE, saved).env("HARNESS_API_KEY", TOKEN);
    assert_snapshot!(transcript(&host, "auth logout"));
    assert_eq!(host.content(FILE), None);
    assert_snapshot!(transcript(&at_home(), "auth logout"));
}
