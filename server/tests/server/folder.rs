//! The data folder: what a start, an upload and a check do when records and contents do not belong together.

use std::fs;
use std::path::{Path, PathBuf};

use hc_server::{Error, Server};
use reqwest::{Method, StatusCode};

use crate::support::{answer, blobs, config, start_with};

const FILE: &str = "/pkg/acc/g/files/app/1/f";

/// A folder in which one file was kept, and the server was stopped.
async fn kept(data: &Path) {
    let server = start_with(config(data)).await;
    server.create("acc", "g", "GENERIC").await;
    assert_eq!(server.put_file(FILE, "kept").await, StatusCode::CREATED);
    server.stop().await;
}

/// Copies the records, which are in one file then.
fn copy(data: &Path, name: &str) {
    let records = rusqlite::Connection::open(data.join("records.sqlite")).unwrap();
    records
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(records);
    fs::copy(data.join("records.sqlite"), data.join(name)).unwrap();
}

fn contents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path))
        } else {
            found.push(path)
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_the_records_deletes_nothing() {
    let data = tempfile::tempdir().unwrap();
    kept(data.path()).await;
    fs::rename(data.path().join("records.sqlite"), data.path().join(".records")).unwrap();
    let refused = Server::bind(config(data.path())).await;
    assert!(matches!(refused, Err(Error::RecordsGone { .. })));
    assert_eq!(blobs(data.path()), 1);
    fs::rename(data.path().join(".records"), data.path().join("records.sqlite")).unwrap();
    let server = start_with(config(data.path())).await;
    assert_eq!(server.get(FILE).await, (StatusCode::OK, "kept".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_older_records_do_not_name_is_set_aside_until_newer_ones_do() {
    let data = tempfile::tempdir().unwrap();
    let records = data.path().join("records.sqlite");
    let server = start_with(config(data.path())).await;
    server.create("acc", "g", "GENERIC").await;
    server.stop().await;
    copy(data.path(), ".older");
    let server = start_with(config(data.path())).await;
    server.put_file(FILE, "kept").await;
    server.stop().await;
    copy(data.path(), ".newer");

    fs::copy(data.path().join(".older"), &records).unwrap();
    let server = start_with(config(data.path())).await;
    assert!(
        server.log.text().contains("moved to aside/"),
        "{}",
        server.log.text()
    );
    assert_eq!(server.get(FILE).await.0, StatusCode::NOT_FOUND);
    server.stop().await;
    assert_eq!(contents(&data.path().join("aside")).len(), 1);

    fs::copy(data.path().join(".newer"), &records).unwrap();
    let server = start_with(config(data.path())).await;
    assert!(server.log.text().contains("came back"), "{}", server.log.text());
    assert_eq!(server.get(FILE).await, (StatusCode::OK, "kept".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_somebody_elses_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let photo = home.path().join("incoming/photo.jpg");
    fs::create_dir(home.path().join("incoming")).unwrap();
    fs::write(&photo, "dear").unwrap();
    let refused = Server::bind(config(home.path())).await.err().unwrap();
    assert!(refused.to_string().contains("photo.jpg"), "{refused}");
    assert_eq!(fs::read_to_string(photo).unwrap(), "dear");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_shows_in_get_and_head_alike_and_an_upload_mends_it() {
    let data = tempfile::tempdir().unwrap();
    kept(data.path()).await;
    let [file] = <[_; 1]>::try_from(contents(&data.path().join("files"))).unwrap();
    let server = start_with(config(data.path())).await;
    for damage in [None, Some(""), Some("kep")] {
        match damage {
            None => fs::remove_file(&file).unwrap(),
            Some(text) => fs::write(&file, text).unwrap(),
        }
        let (status, body) = server.get(FILE).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{damage:?}");
        assert!(
            body["message"].as_str().unwrap().contains("hc serve check"),
            "{body}"
        );
        let head = answer(server.request(Method::HEAD, FILE)).await.0;
        assert_eq!(head, StatusCode::INTERNAL_SERVER_ERROR, "{damage:?}");
        assert_eq!(server.put_file(FILE, "kept").await, StatusCode::OK);
        assert_eq!(
            server.get(FILE).await,
            (StatusCode::OK, "kept".into()),
            "{damage:?}"
        );
    }
    // The same length, which only reading it all tells: any upload of the content mends that too.
    fs::write(&file, "KEPT").unwrap();
    assert_eq!(
        server.put_file("/pkg/acc/g/files/other/1/f", "kept").await,
        StatusCode::CREATED
    );
    assert_eq!(server.get(FILE).await, (StatusCode::OK, "kept".into()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_into_a_folder_that_was_there_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().unwrap();
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let server = start_with(hc_server::Config {
        token: None,
        ..config(data.path())
    })
    .await;
    for name in [
        "records.sqlite",
        "records.sqlite-wal",
        "records.sqlite-shm",
        "files",
        "incoming",
        "lock",
        "token",
    ] {
        let mode = fs::metadata(data.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_all_that_is_damaged_missing_or_unnamed() {
    let data = tempfile::tempdir().unwrap();
    let server = start_with(config(data.path())).await;
    server.create("acc", "g", "GENERIC").await;
    for name in ["whole", "damaged", "missing"] {
        server
            .put_file(&format!("/pkg/acc/g/files/{name}/1/f"), name)
            .await;
    }
    assert!(matches!(hc_server::check(data.path()), Err(Error::InUse { .. })));
    server.stop().await;
    assert!(hc_server::check(data.path()).unwrap().damage.is_empty());
    for file in contents(&data.path().join("files")) {
        match fs::read_to_string(&file).unwrap().as_str() {
            "damaged" => fs::write(file, "changed").unwrap(),
            "missing" => fs::remove_file(file).unwrap(),
            _ => {}
        }
    }
    let unnamed = "a".repeat(64);
    fs::write(data.path().join("files/aa").join(&unnamed), "").unwrap();
    let checked = hc_server::check(data.path()).unwrap();
    assert_eq!((checked.contents, checked.bytes), (3, 19));
    let mut found: Vec<_> = checked
        .damage
        .into_iter()
        .map(|damage| (damage.kind.as_str(), damage.files.join(" + ")))
        .collect();
    found.sort();
    let expected = [
        ("damaged", "acc/g: damaged 1 f"),
        ("missing", "acc/g: missing 1 f"),
        ("unnamed", ""),
    ];
    assert_eq!(found, expected.map(|(kind, files)| (kind, files.to_owned())));
    assert!(hc_server::check(&data.path().join("nowhere")).is_err());
}
