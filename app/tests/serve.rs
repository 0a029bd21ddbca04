//! What `hc serve` asks of the machine.

mod support;

use hc_app::host::{CheckedData, DataDamage, ServeOptions};
use support::MemoryHost;

fn defaults() -> ServeOptions {
    ServeOptions {
        data: "/home/me/.harness/serve".to_owned(),
        listen: "127.0.0.1:8717".to_owned(),
        token: None,
        policy: None,
        advisories: Vec::new(),
        no_starter: false,
        hosts: Vec::new(),
        public_url: None,
        trusted_proxies: Vec::new(),
        max_body: 1 << 30,
        log_json: false,
    }
}

#[test]
fn the_command_line_becomes_options() {
    // A client's token is not this registry's.
    let host = || {
        MemoryHost::default()
            .env("HOME", "/home/me")
            .env("HARNESS_API_KEY", "other")
    };
    let served = |command: &str| {
        let host = host();
        assert_eq!(host.run(command).0, 0, "{command}");
        host.served().expect("it ran")
    };
    assert_eq!(served("serve"), defaults());
    let all = "serve --data d --listen [::1]:0 --token T --policy p.toml --advisories a.zip --advisories b --no-starter \
               --host har.example --public-url https://har.example --trusted-proxy 10.0.0.0/8 --max-body 64K --log json";
    assert_eq!(
        served(all),
        ServeOptions {
            data: "d".to_owned(),
            listen: "[::1]:0".to_owned(),
            token: Some("T".to_owned()),
            policy: Some("p.toml".to_owned()),
            advisories: vec!["a.zip".to_owned(), "b".to_owned()],
            no_starter: true,
            hosts: vec!["har.example".to_owned()],
            public_url: Some("https://har.example".to_owned()),
            trusted_proxies: vec!["10.0.0.0/8".to_owned()],
            max_body: 65_536,
            log_json: true,
        }
    );
}

#[test]
fn what_cannot_be_served_is_told() {
    for (command, words) in [
        ("serve", "pass --data DIR"),
        ("serve --data d --max-body much", "write a number of bytes"),
        (
            "serve --data d --token pat.acc",
            "the token (--token) cannot be right",
        ),
    ] {
        let host = MemoryHost::default();
        let (code, _, err) = host.run(command);
        assert_eq!(code, 2, "{command}");
        assert!(err.contains(words), "{err}");
        assert_eq!(host.served(), None);
    }
}

#[test]
fn a_check_names_every_content_that_is_not_as_it_should_be() {
    let damaged = CheckedData {
        contents: 3,
        bytes: 30,
        damage: vec![DataDamage {
            what: "damaged".to_owned(),
            content: "ab".repeat(32),
            files: vec!["acc/g: app 1 f".to_owned()],
        }],
    };
    for (command, checked, code, expected) in [
        ("serve check", CheckedData::default(), 0, ""),
        ("serve check --data d", damaged.clone(), 1, "acc/g: app 1 f"),
        (
            "serve check --data d --format json",
            damaged,
            1,
            "\"what\": \"damaged\"",
        ),
    ] {
        let folder = if command.contains("--data") {
            "d"
        } else {
            "/home/me/.harness/serve"
        };
        let host = MemoryHost::default()
            .env("HOME", "/home/me")
            .data(folder, checked);
        let (status, out, err) = host.run(command);
        assert_eq!(status, code, "{command}: {err}");
        assert!(out.contains(expected), "{out}");
        assert!(err.contains("to look at"), "{err}");
    }
}
