//! `hc artifact push maven` in process, with a repository that keeps what it is given and makes nothing itself.

mod support;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use insta::assert_snapshot;
use support::archive::zip;
use support::{MemoryHost, Reply, Sent, logged_in, requests};

const INFO: &str = r#"{"data":{"registryUrl":"https://pkg.example"}}"#;
const BASE: &str = "https://pkg.example/pkg/acc/r1/maven/";

/// By their paths, what was put there.
#[derive(Clone, Default)]
struct Repository {
    files: Rc<RefCell<BTreeMap<String, String>>>,
    has_etags: bool,
}

impl Repository {
    fn holding(self, path: &str, content: &str) -> Self {
        self.files
            .borrow_mut()
            .insert(path.to_owned(), content.to_owned());
        self
    }

    fn content(&self, path: &str) -> String {
        self.files.borrow().get(path).cloned().unwrap_or_default()
    }

    fn paths(&self) -> Vec<String> {
        self.files.borrow().keys().cloned().collect()
    }

    fn service(&self) -> impl Fn(&Sent) -> Reply + 'static {
        let repository = self.clone();
        move |sent| repository.answer(sent)
    }

    fn answer(&self, sent: &Sent) -> Reply {
        let (method, url) = sent.line.split_once(' ').unwrap_or_default();
        let Some(path) = url.strip_prefix(BASE) else {
            return Reply::new(200, INFO);
        };
        let known = self.files.borrow().get(path).cloned();
        let etag = known
            .as_ref()
            .filter(|_| self.has_etags)
            .map(|known| format!("\"{}\"", known.len()));
        if method == "PUT" {
            let wanted = |name: &str| {
                sent.headers
                    .get(name)
                    .map(|value| value.to_str().unwrap_or_default().to_owned())
            };
            let is_free = wanted("if-none-match").is_none() || known.is_none();
            let is_same = wanted("if-match").is_none_or(|wanted| Some(wanted) == etag);
            if !(is_free && is_same) && self.has_etags {
                return Reply::new(412, "");
            }
            self.files.borrow_mut().insert(path.to_owned(), sent.body.clone());
            return Reply::taken(sent);
        }
        match (known, etag) {
            (None, _) => Reply::new(404, ""),
            (Some(known), Some(etag)) => Reply::new(200, known).header("etag", &etag),
            (Some(known), None) => Reply::new(200, known),
        }
    }
}

fn versions(document: &str) -> Vec<&str> {
    let parts = document.split("<version>").skip(1);
    parts.filter_map(|part| part.split("</version>").next()).collect()
}

const METADATA: &str = "org/example/app/maven-metadata.xml";
const PUSH: &str = "artifact push maven r1 org.example:app:1.0 app-1.0.jar";

fn document(versions: &[&str]) -> String {
    let all: String = versions
        .iter()
        .map(|version| format!("<version>{version}</version>"))
        .collect();
    format!(
        "<metadata><groupId>org.example</groupId><artifactId>app</artifactId><versioning><versions>{all}\
         </versions></versioning></metadata>"
    )
}

#[test]
fn a_version_joins_those_that_the_metadata_tell() {
    let repository = Repository::default().holding(METADATA, &document(&["0.9"]));
    let host = logged_in()
        .service(repository.service())
        .file("app-1.0.jar", "jar");
    let (code, _, err) = host.run(PUSH);
    assert_eq!(code, 0, "{err}");
    let text = repository.content(METADATA);
    assert_eq!(versions(&text), ["0.9", "1.0"]);
    assert!(
        text.contains("<release>1.0</release>") && text.contains("<latest>1.0</latest>"),
        "{text}"
    );
    let expected: Vec<String> = ["1.0/app-1.0.jar", "1.0/app-1.0.pom", "maven-metadata.xml"]
        .into_iter()
        .flat_map(|file| {
            ["", ".md5", ".sha1", ".sha256", ".sha512"]
                .map(|ending| format!("org/example/app/{file}{ending}"))
        })
        .collect();
    assert_eq!(repository.paths(), expected);
    assert_eq!(
        repository.content("org/example/app/1.0/app-1.0.jar.md5"),
        "68995fcbf432492d15484d04a9d2ac40"
    );

    // Nothing is left to be done then.
    let sent = host.sent().len();
    let (code, _, err) = host.run(&format!("{PUSH} --skip-existing"));
    assert_eq!(code, 0, "{err}");
    assert!(
        host.sent()[sent..]
            .iter()
            .all(|sent| !sent.line.starts_with("PUT")),
        "{}",
        requests(&host)
    );

    // What a push left out that broke off is made up for.
    for lost in [
        METADATA,
        "org/example/app/maven-metadata.xml.sha1",
        "org/example/app/1.0/app-1.0.jar.sha1",
        "org/example/app/1.0/app-1.0.jar",
    ] {
        let before = repository.files.borrow_mut().remove(lost);
        let (code, _, err) = host.run(&format!("{PUSH} --skip-existing"));
        assert_eq!(code, 0, "{err}");
        let is_metadata = lost == METADATA;
        assert_eq!(
            repository.content(lost) == before.unwrap_or_default(),
            !is_metadata,
            "{lost}"
        );
        assert!(!is_metadata || versions(&repository.content(lost)) == ["1.0"]);
    }
}

#[test]
fn what_others_write_meanwhile_is_not_lost() {
    for has_etags in [false, true] {
        let repository = Repository {
            has_etags,
            ..Repository::default()
        };
        let store = repository.clone();
        let looks = RefCell::new(0);
        // Somebody else, who read nothing either, writes after the first look; and without ETags once more, over what was
        // written here.
        let service = move |sent: &Sent| {
            let reply = store.answer(sent);
            let is_metadata = sent.line.ends_with("/maven-metadata.xml");
            if is_metadata && sent.line.starts_with("GET") {
                *looks.borrow_mut() += 1;
                if *looks.borrow() == 1 && has_etags {
                    let _ = store.clone().holding(METADATA, &document(&["2.0"]));
                }
            }
            if is_metadata && sent.line.starts_with("PUT") && *looks.borrow() == 1 && !has_etags {
                let _ = store.clone().holding(METADATA, &document(&["2.0"]));
            }
            reply
        };
        let host = logged_in().service(service).file("app-1.0.jar", "jar");
        let (code, _, err) = host.run(PUSH);
        assert_eq!(code, 0, "{err}");
        assert_eq!(
            versions(&repository.content(METADATA)),
            ["2.0", "1.0"],
            "{has_etags}"
        );
    }
}

#[test]
fn metadata_that_do_not_come_to_tell_of_it_fail_the_push() {
    let answers = |put: u16, get: &'static str| {
        let repository = Repository::default().service();
        let host = logged_in().service(move |sent: &Sent| match sent.line.as_str() {
            line if line.contains("maven-metadata.xml") && line.starts_with("PUT") => Reply::new(put, ""),
            line if line.ends_with("maven-metadata.xml") && !get.is_empty() => Reply::new(200, get),
            _ => repository(sent),
        });
        host.file("app-1.0.jar", "jar")
            .transcript(&format!("{PUSH} --quiet --format json"))
    };
    let told = |text: String| {
        let (_, err) = text.split_once("--- stderr\n").expect("a transcript");
        err.to_owned()
    };
    // It says that it took it, and has nothing.
    assert_snapshot!(told(answers(201, "")));
    assert_snapshot!(told(answers(403, "")));
    // What is there is not written over.
    assert_snapshot!(told(answers(201, "<html><p>sign in</p></html>")));
    // It makes its own.
    assert_snapshot!(told(answers(405, "")));
}

#[test]
fn a_plugins_prefix_is_told_in_its_group() {
    let repository = Repository::default();
    let descriptor = "<plugin><name>Hello</name><goalPrefix>hello</goalPrefix></plugin>";
    let jar = zip(&[("META-INF/maven/plugin.xml", descriptor)]);
    let host = logged_in().service(repository.service()).file("app-1.0.jar", jar);
    let (code, _, err) = host.run(PUSH);
    assert_eq!(code, 0, "{err}");
    let text = repository.content("org/example/maven-metadata.xml");
    assert!(
        text.contains("<prefix>hello</prefix>") && text.contains("<artifactId>app</artifactId>"),
        "{text}"
    );
}

#[test]
fn a_snapshot_is_pushed_as_a_build_of_its_own() {
    const FOLDER: &str = "org/example/app/1-SNAPSHOT";
    let repository = Repository::default();
    let host = logged_in()
        .service(repository.service())
        .file("app-1-SNAPSHOT.jar", "jar");
    let push = "artifact push maven r1 org.example:app:1-SNAPSHOT app-1-SNAPSHOT.jar";
    let (code, out, err) = host.run(&format!("{push} --format json"));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"app-1-20270115.080000-1.jar\""), "{out}");
    let text = repository.content(&format!("{FOLDER}/maven-metadata.xml"));
    assert!(text.contains("<value>1-20270115.080000-1</value>"), "{text}");
    assert!(text.contains("<buildNumber>1</buildNumber>"), "{text}");
    let files = repository.paths().len();
    let (code, _, err) = host.run(&format!("{push} --skip-existing"));
    assert_eq!((code, repository.paths().len()), (0, files), "{err}");

    let host = logged_in()
        .service(repository.service())
        .file("app-1-SNAPSHOT.jar", "another");
    let (code, _, err) = host.run(&format!("{push} --skip-existing"));
    assert_eq!(code, 0, "{err}");
    let text = repository.content(&format!("{FOLDER}/maven-metadata.xml"));
    assert!(text.contains("<buildNumber>2</buildNumber>"), "{text}");
    assert_eq!(
        repository.content(&format!("{FOLDER}/app-1-20270115.080000-2.jar")),
        "another"
    );
    assert_eq!(versions(&repository.content(METADATA)), ["1-SNAPSHOT"]);
}

#[test]
fn an_artifact_is_pushed_with_a_pom() {
    let host = logged_in()
        .service(Repository::default().service())
        .file("target/app-1.0.jar", "jar")
        .file("target/app-1.0-sources.jar", "sources")
        .file("target/other.jar", "other")
        .file("target/built.jar", "built");
    let push = "artifact push maven r1 org.example:app:1.0";
    assert_snapshot!(host.transcript(&format!("{push} target/app-*.jar")));
    assert_snapshot!(requests(&host));
    let sent = host.sent();
    let is_pom = |sent: &&Sent| sent.line.starts_with("PUT") && sent.line.ends_with(".pom");
    let pom = &sent.iter().find(is_pom).expect("a request").body;
    assert!(
        pom.contains("<artifactId>app</artifactId>") && pom.contains("<packaging>jar</packaging>"),
        "{pom}"
    );
    let sent = sent.len();
    let mut all = String::new();
    for arguments in [
        "artifact push maven r1 org.example:app target/built.jar".to_owned(),
        format!("{push} target/built.jar target/other.jar"),
        format!("{push} target/built.jar --pom target/other.jar"),
    ] {
        let (code, _, err) = host.run(&arguments);
        assert_ne!(code, 0, "{arguments}");
        all.push_str(&err);
    }
    assert_snapshot!(all);
    assert_eq!(host.sent().len(), sent);
}

#[test]
fn a_pom_arrives_when_all_it_stands_for_is_there() {
    let puts = |host: &MemoryHost| -> Vec<_> {
        let is_of_version = |line: &str| line.ends_with(".jar") || line.ends_with(".pom");
        let sent = host.sent().into_iter();
        let puts = sent.filter(|sent| sent.line.starts_with("PUT") && is_of_version(&sent.line));
        puts.map(|sent| (sent.line, sent.at)).collect()
    };
    let push = "artifact push maven r1 org.example:app:1.0 app-1.0.jar app-1.0-sources.jar";
    let host = |sources: u16| {
        let repository = Repository::default().service();
        let answer = move |sent: &Sent| match sent.line.as_str() {
            line if line.ends_with("-sources.jar") && sources == 201 => Reply::taken(sent),
            line if line.ends_with("-sources.jar") => Reply::new(sources, ""),
            line if line.ends_with(".jar") => Reply::taken(sent).after(Duration::from_secs(9)),
            _ => repository(sent),
        };
        let host = logged_in().service(answer);
        host.file("app-1.0.jar", "jar")
            .file("app-1.0-sources.jar", "sources")
    };
    for jobs in ["1", "2", "16"] {
        let host = host(201);
        let (code, _, err) = host.run(&format!("{push} --jobs {jobs}"));
        assert_eq!(code, 0, "{err}");
        let (line, at) = puts(&host).pop().expect("a request");
        assert!(line.ends_with("app-1.0.pom"), "{line}");
        assert!(at >= Duration::from_secs(9), "{jobs}: {at:?}");
    }
    let host = host(409);
    assert_snapshot!(host.transcript(&format!("{push} --quiet")));
    assert_eq!(puts(&host).len(), 2);
}
