//! `hc artifact push python|conda|nuget` in process, with a scripted service.

#![expect(clippy::expect_used, reason = "a test stops at once")]

mod support;

use support::archive::{tar_bz2, tar_gz, zip};
use support::{MemoryHost, Reply, Sent, logged_in};

const METADATA: &str =
    "Metadata-Version: 2.1\nName: My.Pkg\nVersion: 1.0\nRequires-Dist: a\nRequires-Dist: b\n";
const INDEX: &str =
    r#"{"name": "a-b", "version": "1.0", "build": "0", "build_number": 0, "subdir": "linux-64"}"#;
const NUSPEC: &str = "<package><metadata><id>My.Pkg</id><version>1.0</version><authors>A</authors>\
    <description>D</description></metadata></package>";

fn wheel() -> Vec<u8> {
    zip(&[
        ("my_pkg-1.0.dist-info/METADATA", METADATA),
        ("my_pkg-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n"),
        ("my_pkg-1.0.dist-info/RECORD", ""),
    ])
}

fn source() -> Vec<u8> {
    tar_gz(&[("my_pkg-1.0/PKG-INFO", METADATA)])
}

fn nupkg() -> Vec<u8> {
    zip(&[("[Content_Types].xml", ""), ("My.Pkg.nuspec", NUSPEC)])
}

/// A service that takes everything, and has what `has` says.
fn host(has: fn(&Sent) -> bool) -> MemoryHost {
    logged_in().service(move |sent| {
        if sent.line.contains("/system/info") {
            return Reply::new(200, r#"{"data":{"registryUrl":"https://pkg.example"}}"#);
        }
        match (sent.line.starts_with("HEAD"), has(sent)) {
            (true, true) => Reply::new(200, "").header("x-checksum-md5", "00000000000000000000000000000000"),
            (true, false) => Reply::new(404, ""),
            (false, _) => Reply::new(201, ""),
        }
    })
}

/// What was sent to the package host, a line a request.
fn lines(host: &MemoryHost) -> Vec<String> {
    let sent = host.sent().into_iter().map(|sent| sent.line);
    sent.filter(|line| line.contains("//pkg.example")).collect()
}

#[test]
fn a_folder_of_python_packages_is_pushed_with_their_metadata() {
    let host = host(|_| false)
        .file("dist/my_pkg-1.0-py3-none-any.whl", wheel())
        .file("dist/my_pkg-1.0.tar.gz", source())
        .file("dist/notes.txt", "x");
    let (code, out, err) = host.run("artifact push python r1 dist --format json --jobs 1");
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("\"package\": \"my-pkg\"").count(), 2, "{out}");
    assert_eq!(lines(&host), ["POST https://pkg.example/pkg/acc/r1/python"; 2]);
    let sent = host.sent();
    let form = &sent.last().expect("a request").body;
    for field in [
        "\"protocol_version\"\r\n\r\n1\r\n",
        "\"name\"\r\n\r\nMy.Pkg\r\n",
        "\"requires_dist\"\r\n\r\na\r\n",
        "\"requires_dist\"\r\n\r\nb\r\n",
        "\"filetype\"\r\n\r\nsdist\r\n",
        "\"content\"; filename=\"my_pkg-1.0.tar.gz\"\r\n",
    ] {
        assert!(form.contains(field), "{field}: {form}");
    }
}

#[test]
fn conda_and_nuget_packages_are_pushed() {
    let host = host(|_| false)
        .file("a-b-1.0-0.tar.bz2", tar_bz2(&[("info/index.json", INDEX)]))
        .file("My.Pkg.1.0.0.nupkg", nupkg());
    for arguments in [
        "conda r1 a-b-1.0-0.tar.bz2",
        "conda r1 a-b-1.0-0.tar.bz2 --skip-existing",
        "nuget r1 My.Pkg.1.0.0.nupkg",
        "nuget r1 My.Pkg.1.0.0.nupkg --path /a/b/ --skip-existing",
    ] {
        let (code, _, err) = host.run(&format!("artifact push {arguments}"));
        assert_eq!(code, 0, "{arguments}: {err}");
    }
    assert_eq!(
        lines(&host),
        [
            "PUT https://pkg.example/pkg/acc/r1/conda/upload",
            "HEAD https://pkg.example/pkg/acc/r1/conda/linux-64/a-b-1.0-0.tar.bz2",
            "PUT https://pkg.example/pkg/acc/r1/conda/upload",
            "PUT https://pkg.example/pkg/acc/r1/nuget",
            "HEAD https://pkg.example/pkg/acc/r1/nuget/package/my.pkg/1.0.0/my.pkg.1.0.0.nupkg",
            "PUT https://pkg.example/pkg/acc/r1/nuget/a/b",
        ]
    );
    let sent = host.sent();
    let conda = sent.iter().find(|sent| sent.line.ends_with("/upload"));
    let headers = &conda.expect("a request").headers;
    assert_eq!(headers["x-file-name"], "a-b-1.0-0.tar.bz2");
    assert_eq!(headers["x-subdir"], "linux-64");
    for path in ["..", "a/../b", "a//b", "/", ""] {
        let arguments = [
            "artifact",
            "push",
            "nuget",
            "r1",
            "My.Pkg.1.0.0.nupkg",
            "--path",
            path,
        ];
        assert_eq!(host.run_args(&arguments).0, 2, "{path}");
    }
}

#[test]
fn one_bad_package_among_several_stops_them_all() {
    let host = host(|_| false)
        .file("my_pkg-1.0-py3-none-any.whl", wheel())
        .file("my_pkg-1.1.tar.gz", source())
        .file("a-b-1.1-0.tar.bz2", tar_bz2(&[("info/index.json", INDEX)]))
        .file("My.Pkg.1.0.1.nupkg", nupkg())
        .file("x.nupkg", "text");
    for (arguments, expected) in [
        (
            "python r1 my_pkg-1.0-py3-none-any.whl my_pkg-1.1.tar.gz",
            "should be called my_pkg-1.0.tar.gz",
        ),
        ("conda r1 a-b-1.1-0.tar.bz2", "should be called a-b-1.0-0.tar.bz2"),
        (
            "nuget r1 My.Pkg.1.0.1.nupkg",
            "should be called My.Pkg.1.0.0.nupkg",
        ),
        ("nuget r1 x.nupkg", "is not a zip archive"),
    ] {
        let (code, _, err) = host.run(&format!("artifact push {arguments}"));
        assert_ne!(code, 0, "{arguments}");
        assert!(err.contains(expected), "{arguments}: {err}");
    }
    assert!(lines(&host).is_empty());
}

#[test]
fn another_file_in_its_place_is_no_file_to_skip() {
    let host = host(|sent| sent.line.contains("/python/files/my-pkg/1.0/"))
        .file("my_pkg-1.0-py3-none-any.whl", wheel());
    let (code, _, err) = host.run("artifact push python r1 my_pkg-1.0-py3-none-any.whl --skip-existing");
    assert_eq!(code, 1);
    assert!(err.contains("my-pkg 1.0"), "{err}");
    assert_eq!(lines(&host).len(), 1);
}
