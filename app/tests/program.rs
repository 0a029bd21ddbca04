//! The program in process, over a machine in memory. What the real binary prints for whole files is held
//! by the conformance cases; here is what they cannot easily bring about.

mod support;

use hc_app::host::HostError;
use insta::assert_snapshot;
use support::MemoryHost;

const AUDIT: &str = "registry fw audit --file requirements.txt";

fn with_requirements(text: &str) -> MemoryHost {
    MemoryHost::default().file("requirements.txt", text)
}

#[test]
fn what_nobody_can_judge_is_unknown_and_fails() {
    let host = with_requirements("a\nb<2\nc @ git+https://u:secret@git.example/c\nd>=1.5\n");
    assert_snapshot!(host.transcript(AUDIT));
    assert_eq!(host.run(&format!("{AUDIT} --allow-unknown")).0, 0);
}

#[test]
fn a_line_that_cannot_be_read_fails_the_audit() {
    let host = with_requirements("a==1.0\nb=2\n-r gone.txt\n");
    assert_snapshot!(host.transcript(AUDIT));
    assert_eq!(host.run(&format!("{AUDIT} --allow-unknown")).0, 0);
    assert_eq!(host.run("deps requirements.txt").0, 4);
}

#[test]
fn a_violation_counts_more_than_what_is_unknown() {
    let host = with_requirements("a\npyyaml==5.3\n");
    assert_eq!(host.run(&format!("{AUDIT} --fail-on warn")).0, 3);
}

#[test]
fn files_that_others_refer_to_are_read() {
    let host =
        with_requirements("-r base/more.txt\n").file("base/more.txt", "-r ../requirements.txt\nx==1.0\n");
    let (code, out, _) = host.run("deps requirements.txt --format json");
    assert_eq!((code, out.contains("\"name\": \"x\"")), (0, true));
}

#[test]
fn a_registry_is_never_replaced_by_the_embedded_firewall_unasked() {
    let asked = format!("{AUDIT} --registry pypiproxy");
    assert_snapshot!(with_requirements("a==1.0\n").transcript(&asked));
    let empty = with_requirements("a==1.0\n").env("HARNESS_API_KEY", " ");
    assert_snapshot!(empty.transcript(&asked));
    let explain = "registry fw explain --registry pypiproxy --package a --version 1.0";
    assert_eq!(empty.run(explain).0, 1);
    let saved = with_requirements("a==1.0\n").env("HOME", "/home/me").file(
        "/home/me/.harness/auth.json",
        r#"{"base_url":"https://har.example","token":"pat.account.id.secret","account_id":"account"}"#,
    );
    assert_eq!(saved.run(&format!("{asked} --offline")).0, 0);
    let broken = with_requirements("a==1.0\n")
        .env("HOME", "/home/me")
        .file("/home/me/.harness/auth.json", "{\"token\": \"secret\"");
    assert_snapshot!(broken.transcript(&asked));
}

#[test]
fn a_token_never_comes_out() {
    let host = with_requirements("a==1.0\n").env("HARNESS_API_KEY", "pat.account.id.secret");
    for command in [
        format!("{AUDIT} --verbose --token pat.other.id.secret"),
        format!("{AUDIT} --registry r --token pat.other.secret"),
        format!("{AUDIT} --bad --token pat.other.id.secret"),
    ] {
        let transcript = host.run(&command);
        assert!(
            !transcript.1.contains("secret") && !transcript.2.contains("secret"),
            "{transcript:?}"
        );
    }
}

#[test]
fn colour_is_for_terminals() {
    let coloured = |host: MemoryHost, flags: &str| host.run(&format!("{AUDIT} {flags}")).2.contains('\u{1b}');
    // A note has a coloured word.
    let host = || with_requirements("a==1.0\n-r gone.txt\n");
    assert!(coloured(host().terminal(), ""));
    assert!(!coloured(host(), ""));
    assert!(!coloured(host().terminal(), "--no-color"));
    assert!(!coloured(host().terminal().env("NO_COLOR", "1"), ""));
}

#[test]
fn a_reader_that_leaves_is_no_failure_and_a_full_disk_is() {
    let host = with_requirements("a==1.0\n").refuse_output(HostError::BrokenPipe);
    assert_eq!(host.run("deps requirements.txt").0, 0);
    for (requirements, code) in [("a==1.0\n", 0), ("a\n", 4), ("pyyaml==5.3\na\n", 3)] {
        let host = with_requirements(requirements).refuse_output(HostError::BrokenPipe);
        assert_eq!(host.run(AUDIT).0, code, "{requirements}");
    }
    let host =
        with_requirements("a==1.0\n").refuse_output(HostError::Other("no space left on device".to_owned()));
    assert_snapshot!(host.transcript("deps requirements.txt"));
}

#[test]
fn a_policy_that_cannot_be_read_is_not_passed_over() {
    let host = with_requirements("a==1.0\n").broken_file("hc-firewall.toml", HostError::PermissionDenied);
    assert_snapshot!(host.transcript(AUDIT));
}

#[test]
fn each_file_is_judged_by_the_policy_beside_it_or_above_it() {
    let host = MemoryHost::default()
        .file("/hc-firewall.toml", "not read: it lies above the root")
        .file(".git/HEAD", "")
        .file("a/requirements.txt", "pyyaml==5.3")
        .file("b/requirements.txt", "pyyaml==5.3")
        .file("b/hc-firewall.toml", "[security]\nblock = false\nwarn = 10.0")
        .file("b/deep/er/requirements.txt", "pyyaml==5.3");
    let all = "registry fw audit --recursive .";
    assert_snapshot!(host.transcript(all));
    let report = |flags: &str| {
        let (_, out, _) = host.run(&format!("{all} --format report {flags}"));
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let files = report["coverage"]["files"].as_array().unwrap();
        let policies: Vec<String> = files
            .iter()
            .map(|file| file["policy"].as_str().unwrap().to_owned())
            .collect();
        policies
    };
    assert_eq!(
        report(""),
        ["built-in", "b/hc-firewall.toml", "b/hc-firewall.toml"]
    );
    assert_eq!(report("--policy built-in"), ["built-in"; 3]);
    assert_eq!(report("--policy b/hc-firewall.toml"), ["b/hc-firewall.toml"; 3]);
}

#[test]
fn a_policy_above_a_repository_is_not_the_projects() {
    let host = with_requirements("pyyaml==5.3\n")
        .file("/hc-firewall.toml", "[security]\nblock = false\nwarn = false");
    assert_eq!(host.run(AUDIT).0, 3);
    let host = host.file(".git/HEAD", "");
    assert_eq!(host.run(AUDIT).0, 3);
    let host = host.file("hc-firewall.toml", "[security]\nblock = false\nwarn = false");
    let (code, out, err) = host.run(AUDIT);
    assert_eq!(code, 0);
    let loosens = "hc-firewall.toml, which loosens the built-in one: security.block is off instead of 9.0";
    assert!(out.contains(loosens) && err.contains(loosens), "{out}{err}");
}

#[test]
fn the_table_fits_the_terminal_and_has_the_worst_first() {
    let text =
        "a==1.0\nb\njinja2==2.4.1\npyyaml==5.3\nrather-long-name-of-a-package-that-does-not-fit>=1.0\n";
    let host = with_requirements(text).wide(44);
    let (_, out, _) = host.run(AUDIT);
    assert!(out.contains("\u{1b}[1;31mBLOCKED\u{1b}[0m"), "{out}");
    let (_, plain, _) = host.run(&format!("{AUDIT} --no-color"));
    assert!(!plain.contains('\u{1b}'));
    for line in plain
        .lines()
        .filter(|line| line.starts_with(['│', '├', '┌', '└']))
    {
        assert!(line.chars().count() <= 44, "{line}");
    }
    assert_snapshot!(plain);
    let all = with_requirements(text).run(&format!("{AUDIT} --all")).1;
    assert!(all.contains("│ ALLOWED │ a "), "{all}");
}

#[test]
fn what_is_not_all_that_is_installed_fails_where_all_is_required() {
    let host = with_requirements("a==1.0\n");
    assert_eq!(host.run(AUDIT).0, 0);
    assert_snapshot!(host.transcript(&format!("{AUDIT} --require-complete")));
    let lock = r#"{"lockfileVersion":3,"packages":{"":{}}}"#;
    let host = MemoryHost::default().file("package-lock.json", lock);
    let audit = "registry fw audit --file package-lock.json --require-complete";
    assert_eq!(host.run(audit).0, 0);
    assert_eq!(
        host.run(&format!("{audit} --file gone.json --allow-unknown")).0,
        4
    );
}

#[test]
fn what_could_not_be_read_is_in_the_report() {
    let host = with_requirements("a==1.0\n").file("poetry.lock", "[broken");
    let both = format!("{AUDIT} --file poetry.lock");
    assert_snapshot!(host.transcript(&both));
    let (code, out, _) = host.run("registry fw audit --file poetry.lock --format report");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &report["coverage"]["unread"][0]["file"]),
        (4, &"poetry.lock".into())
    );
}

#[test]
fn what_lies_below_the_thresholds_is_counted_and_shown_on_request() {
    let record = r#"{"id":"X-1","modified":"2024-01-01T00:00:00Z","summary":"a small thing",
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"}],
        "affected":[{"package":{"ecosystem":"PyPI","name":"a"},"versions":["1.0"]}]}"#;
    let host = with_requirements("a==1.0\n").file("own.json", record);
    let audit = format!("{AUDIT} --advisories own.json");
    assert_snapshot!(host.transcript(&audit));
    assert_snapshot!(host.run(&format!("{audit} --all")).1);
}

#[test]
fn advisories_of_other_ecosystems_are_no_clean_bill() {
    let record = r#"{"id":"X-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"x"},"versions":["1.0.0"]}]}"#;
    let host = with_requirements("a==1.0\n")
        .file("osv/npm/X-1.json", record)
        .file("osv/README", "no advisory");
    assert_snapshot!(host.transcript(&format!("{AUDIT} --advisories osv")));
    let none = host.file(
        "none/go.json",
        r#"{"id":"G-1","affected":[{"package":{"ecosystem":"Go","name":"x"}}]}"#,
    );
    assert_eq!(none.run(&format!("{AUDIT} --advisories none")).0, 1);
    let alone = none.run(&format!("{AUDIT} --advisories osv --no-starter"));
    assert_eq!(alone.0, 4, "{alone:?}");
}

#[test]
fn why_tells_how_a_package_comes_in() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"a": "1"}, "devDependencies": {"c": "1"}},
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "1"}},
        "node_modules/b": {"version": "1.0.0"},
        "node_modules/c": {"version": "1.0.0", "dev": true, "dependencies": {"b": "1"}}}}"#;
    let host = MemoryHost::default().file("package-lock.json", lock);
    assert_snapshot!(host.transcript("deps package-lock.json --why b@1.0.0"));
    assert_snapshot!(host.transcript("registry fw audit --file package-lock.json --why b"));
    assert_snapshot!(host.transcript("deps package-lock.json --omit dev,peer --why c"));
    assert_eq!(
        host.run("deps package-lock.json --omit dev --include dev --why c")
            .0,
        0
    );
}

#[test]
fn a_folder_is_walked_as_the_project_counts_its_own_files() {
    let host = MemoryHost::default()
        .file("/work/.git/HEAD", "")
        .file("/work/.gitignore", "generated/\n")
        .file("app/generated/pom.xml", "not read")
        .file("app/.gitignore", "/build\n!keep/requirements.txt\n")
        .file("app/requirements.txt", "a==1.0")
        .file("app/sub/requirements-dev.txt", "b==1.0")
        .file("app/build/requirements.txt", "ignored==1.0")
        .file("app/node_modules/x/package-lock.json", "not read")
        .file("app/env/pyvenv.cfg", "home = /usr/bin")
        .file("app/env/bin/python", "")
        .file("app/env/requirements.txt", "c==1.0")
        .file("app/Cargo.lock", "not read")
        .file("app/php/vendor/autoload.php", "")
        .file("app/php/vendor/composer/installed.json", "")
        .file("app/php/vendor/pom.xml", "not read");
    let (code, out, _) = host.run("deps --recursive app --format json");
    assert_eq!(code, 0);
    assert_eq!(
        (out.matches("\"name\"").count(), out.contains("ignored")),
        (2, false)
    );
    assert_snapshot!(host.transcript("deps --recursive app"));
    assert_snapshot!(host.transcript("registry fw audit --recursive app/php/empty"));
    assert_snapshot!(host.transcript("deps --recursive app/env"));
}

#[test]
fn a_lockfile_settles_what_it_holds_and_covers_its_members() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {}, "libs/a": {}, "node_modules/left": {"version": "1.2.0"}}}"#;
    let asks = |name: &str| format!(r#"{{"dependencies": {{"{name}": "^1.0.0"}}}}"#);
    let host = MemoryHost::default()
        .file("w/package-lock.json", lock)
        .file("w/package.json", asks("left"))
        .file("w/libs/a/package.json", asks("left"))
        .file("w/libs/b/package.json", asks("left"))
        .file("w/libs/c/package.json", asks("right"))
        .file(
            "w/libs/c/package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {}}}"#,
        );
    assert_snapshot!(host.transcript("deps --recursive w"));
    let (code, out, _) = host.run("deps w/package.json --format json");
    assert_eq!(
        (code, out.contains("\"left\"")),
        (0, true),
        "what is named is read"
    );
}

#[test]
fn what_a_file_refers_to_is_of_its_project() {
    let secret = "{\n  \"token\": \"pat.acc.id.secret\"\n}\n";
    let host = MemoryHost::default()
        .file("/home/.harness/auth.json", secret)
        .file("/work/.git/HEAD", "")
        .file("repo/.git/HEAD", "")
        .file("repo/a.txt", "")
        .link("repo/linked.txt", "/home/.harness/auth.json")
        .pipe("repo/pipe.txt")
        .file("repo/own/secret.json", secret)
        .file("shared.txt", "b==2.0")
        .file(
            "repo/requirements.txt",
            "a==1.0\n-r ../shared.txt\n-r /home/.harness/auth.json\n-r linked.txt\n-r pipe.txt\n-r own/secret.json\n-r gone.txt\n",
        );
    assert_snapshot!(host.transcript("deps repo/requirements.txt"));
    let (_, out, err) = host.run("deps repo/requirements.txt --project-root . --format json");
    assert!(out.contains("\"b\"") && !err.contains("shared.txt"), "{err}");
    let (_, out, err) = host.run("deps repo/requirements.txt --project-root / --format json");
    assert!(!(out + &err).contains("pat.acc.id"));
}

#[test]
fn a_build_without_a_repository_reaches_to_its_root() {
    let pom = |parent: &str, more: &str| {
        format!("<project><modelVersion>4.0.0</modelVersion>{parent}<groupId>g</groupId>{more}</project>")
    };
    let parent = "<parent><groupId>g</groupId><artifactId>root</artifactId><version>1</version></parent>";
    let managed = "<artifactId>root</artifactId><version>1</version><packaging>pom</packaging>\
        <properties><x>1.5</x></properties>";
    let uses = "<artifactId>m</artifactId><dependencies><dependency><groupId>o</groupId><artifactId>a</artifactId>\
        <version>${x}</version></dependency></dependencies>";
    let host = MemoryHost::default()
        .file("/b/pom.xml", pom("", managed))
        .file("/b/m/pom.xml", pom(parent, uses));
    let (_, out, err) = host.run("deps /b/m/pom.xml --format json");
    assert!(out.contains("\"1.5\""), "{out}{err}");
    let host = MemoryHost::default()
        .file("/c/settings.gradle", "")
        .file("/c/gradle/libs.versions.toml", "[libraries]\na = \"o:a:1.5\"\n")
        .file("/c/m/build.gradle", "dependencies { implementation libs.a }");
    let (_, out, err) = host.run("deps /c/m/build.gradle --format json");
    assert!(out.contains("\"1.5\""), "{out}{err}");
}

#[test]
fn the_user_may_say_what_a_file_is() {
    let host = MemoryHost::default()
        .file("list", "a==1.0")
        .file("requirements.txt:odd", "b==1.0")
        .file("other", "c>=1.0");
    for (command, name) in [
        ("deps list --as requirements.txt", "a"),
        ("deps requirements.txt:list", "a"),
        ("deps requirements.txt:odd --as requirements.txt", "b"),
        ("deps requirements.txt:other", "c"),
    ] {
        let (code, out, err) = host.run(&format!("{command} --format json"));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(&format!("\"name\": \"{name}\"")), "{command}: {out}");
    }
    assert_eq!(host.run("deps other").0, 4);
    assert_eq!(host.run("deps list --as nothing").0, 2);
    let host = MemoryHost::default().answers(&["d==1.0"]);
    let (code, out, err) = host.run("deps requirements.txt:- --format json");
    assert_eq!((code, out.contains("\"d\"")), (0, true), "{err}");
}

#[test]
fn pipes_are_not_waited_for() {
    let host = MemoryHost::default()
        .pipe("package-lock.json")
        .pipe("sub/package-lock.json")
        .file("sub/requirements.txt", "a==1.0");
    assert_snapshot!(host.transcript("deps package-lock.json"));
    assert_snapshot!(host.transcript("deps --recursive sub"));
}

#[test]
fn a_manifest_points_to_its_lockfile() {
    let manifest = "[project]\nname = \"x\"\ndependencies = [\"a>=1.2\", \"b\"]\n";
    let lock = "version = 1\n\n[[package]]\nname = \"a\"\nversion = \"1.3\"\nsource = { registry = \"https://pypi.example/simple\" }\n\n[[package]]\nname = \"b\"\nversion = \"2.0\"\nsource = { registry = \"https://pypi.example/simple\" }\n";
    let host = MemoryHost::default()
        .file("pyproject.toml", manifest)
        .file("uv.lock", lock);
    assert_snapshot!(host.transcript("registry fw audit --file pyproject.toml"));
    let (_, out, _) = host.run("deps --recursive . --format json");
    assert!(
        out.contains("uv.lock") && !out.contains("pyproject.toml"),
        "{out}"
    );
}
