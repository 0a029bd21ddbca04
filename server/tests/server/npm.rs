//! npm, by the real client: publish, install, and what else people do.

use std::path::Path;
use std::process::{Command, Output};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Running, TOKEN, blobs, start};

/// A home without any settings or cache but what the test writes.
struct Npm {
    home: TempDir,
    registry: String,
}

impl Npm {
    fn new(server: &Running, registry: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let registry = format!("{}/pkg/acc/{registry}/npm/", server.url);
        let (_, rest) = registry.split_once(':').unwrap();
        let npmrc = format!("registry={registry}\n{rest}:_authToken={TOKEN}\n");
        std::fs::write(home.path().join(".npmrc"), npmrc).unwrap();
        Self { home, registry }
    }

    /// Runs npm in a folder; its own environment has nothing of the machine's npm.
    fn run(&self, folder: &Path, args: &[&str]) -> Output {
        let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Command::new(program)
            .args(args)
            .args(["--no-fund", "--no-update-notifier", "--loglevel=error"])
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home.path())
            .env("USERPROFILE", self.home.path())
            .env("npm_config_cache", self.home.path().join("cache"))
            .output()
            .unwrap()
    }

    fn ok(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.run(folder, args);
        assert!(output.status.success(), "npm {args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn fails(&self, folder: &Path, args: &[&str]) -> String {
        let output = self.run(folder, args);
        assert!(!output.status.success(), "npm {args:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// A folder with a package in it.
    fn package(&self, name: &str, version: &str, dependencies: &Value) -> std::path::PathBuf {
        let folder = self
            .home
            .path()
            .join(format!("{}-{version}", name.replace('/', "-")));
        std::fs::create_dir_all(&folder).unwrap();
        let manifest = json!({ "name": name, "version": version, "dependencies": dependencies });
        std::fs::write(folder.join("package.json"), manifest.to_string()).unwrap();
        std::fs::write(
            folder.join("index.js"),
            format!("module.exports = '{name} {version}'\n"),
        )
        .unwrap();
        folder
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_npm_publishes_npm_installs_scoped_and_unscoped() {
    let server = start().await;
    server.create("acc/o/p", "n", "NPM").await;
    let npm = Npm::new(&server, "n");
    let home = npm.home.path().to_owned();
    npm.ok(&home, &["ping"]);
    assert_eq!(npm.ok(&home, &["whoami"]).trim(), "acc");

    let leaf = npm.package("@scope/leaf", "1.0.0", &json!({}));
    npm.ok(&leaf, &["publish"]);
    let top = npm.package("top", "1.0.0", &json!({ "@scope/leaf": "^1.0.0" }));
    npm.ok(&top, &["publish"]);
    let next = npm.package("top", "2.0.0-rc.1", &json!({}));
    npm.ok(&next, &["publish", "--tag", "next"]);
    let error = npm.fails(&top, &["publish"]);
    assert!(error.contains("cannot") || error.contains("over"), "{error}");

    // Another home: what was published from a cache is installed from it.
    let installer = Npm::new(&server, "n");
    let user = installer.package("user", "1.0.0", &json!({}));
    installer.ok(&user, &["install", "top"]);
    let read = |path: &str| std::fs::read_to_string(user.join(path)).unwrap();
    assert_eq!(
        read("node_modules/top/index.js"),
        "module.exports = 'top 1.0.0'\n"
    );
    assert_eq!(
        read("node_modules/@scope/leaf/index.js"),
        "module.exports = '@scope/leaf 1.0.0'\n"
    );
    let lock: Value = serde_json::from_str(&read("package-lock.json")).unwrap();
    let entry = &lock["packages"]["node_modules/@scope/leaf"];
    assert_eq!(
        entry["resolved"],
        format!("{}@scope/leaf/-/leaf-1.0.0.tgz", npm.registry)
    );
    assert!(entry["integrity"].as_str().unwrap().starts_with("sha512-"));
    std::fs::remove_dir_all(user.join("node_modules")).unwrap();
    installer.ok(&user, &["ci"]);

    assert_eq!(
        npm.ok(&home, &["dist-tag", "ls", "top"]),
        "latest: 1.0.0\nnext: 2.0.0-rc.1\n"
    );
    npm.ok(&home, &["dist-tag", "add", "top@2.0.0-rc.1", "beta"]);
    npm.ok(&home, &["dist-tag", "rm", "top", "next"]);
    assert_eq!(
        npm.ok(&home, &["view", "top@beta", "version"]).trim(),
        "2.0.0-rc.1"
    );
    npm.ok(&home, &["deprecate", "top@1.0.0", "use 2"]);
    assert_eq!(
        npm.ok(&home, &["view", "top@1.0.0", "deprecated"]).trim(),
        "use 2"
    );

    let (_, body) = server
        .get("/gateway/har/api/v1/spaces/acc/o/p/+/artifacts?reg_identifier=n")
        .await;
    let rows: Vec<(&str, &str, bool)> = body["data"]["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let downloads = row["downloadsCount"].as_i64().unwrap();
            (
                row["name"].as_str().unwrap(),
                row["version"].as_str().unwrap(),
                downloads > 0,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("@scope/leaf", "1.0.0", true),
            ("top", "2.0.0-rc.1", false),
            ("top", "1.0.0", true)
        ]
    );
    let (status, body) = server
        .get("/gateway/har/api/v1/registry/acc/o/p/n/+/artifact/@scope/leaf/+/version/1.0.0/details")
        .await;
    assert_eq!(
        (status, &body["data"]["metadata"]["name"]),
        (StatusCode::OK, &json!("@scope/leaf"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_npm_unpublishes_is_gone() {
    let server = start().await;
    server.create("acc", "n", "NPM").await;
    let npm = Npm::new(&server, "n");
    let home = npm.home.path().to_owned();
    for version in ["1.0.0", "1.1.0"] {
        npm.ok(&npm.package("@s/x", version, &json!({})), &["publish"]);
    }
    let data = server.data.as_ref().unwrap().path();
    assert_eq!(blobs(data), 2);
    npm.ok(&home, &["unpublish", "@s/x@1.1.0"]);
    assert_eq!(npm.ok(&home, &["view", "@s/x", "version"]).trim(), "1.0.0");
    assert_eq!(blobs(data), 1);
    npm.ok(&home, &["unpublish", "@s/x", "--force"]);
    npm.fails(&home, &["view", "@s/x", "version"]);
    assert_eq!(blobs(data), 0);
}
