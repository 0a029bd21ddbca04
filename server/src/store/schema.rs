//! The tables, and how an older data folder becomes a newer one.

use rusqlite::Connection;

use crate::error::Error;

/// The steps from an empty database to today's; `user_version` counts those that were taken. A step that was
/// released is never changed.
const MIGRATIONS: [&str; 2] = [
    "
CREATE TABLE registries (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    org TEXT NOT NULL,
    project TEXT NOT NULL,
    identifier TEXT NOT NULL,
    package_type TEXT NOT NULL,
    description TEXT NOT NULL,
    labels TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (account, identifier)
) STRICT;
CREATE INDEX registries_of_scope ON registries (account, org, project, identifier);

CREATE TABLE packages (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    registry_id INTEGER NOT NULL REFERENCES registries ON DELETE CASCADE,
    name TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (registry_id, name)
) STRICT;

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    package_id INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    name TEXT NOT NULL,
    document TEXT,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (package_id, name)
) STRICT;
CREATE INDEX versions_by_age ON versions (package_id, created_at, id);

CREATE TABLE tags (
    package_id INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    name TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
    PRIMARY KEY (package_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_of_version ON tags (version_id);

CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    sha1 TEXT NOT NULL,
    sha512 TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    version_id INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs,
    downloads INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    UNIQUE (version_id, path)
) STRICT;
CREATE INDEX files_of_blob ON files (sha256);

-- Blobs that lost a file, and so may have lost their last.
CREATE TABLE released (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER file_deleted AFTER DELETE ON files BEGIN
    INSERT OR IGNORE INTO released VALUES (old.sha256);
END;
CREATE TRIGGER file_replaced AFTER UPDATE OF sha256 ON files BEGIN
    INSERT OR IGNORE INTO released VALUES (old.sha256);
END;

CREATE TABLE metadata (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    registry_id INTEGER NOT NULL REFERENCES registries ON DELETE CASCADE,
    package_id INTEGER REFERENCES packages ON DELETE CASCADE,
    version_id INTEGER REFERENCES versions ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX metadata_of_entity
    ON metadata (registry_id, ifnull(package_id, 0), ifnull(version_id, 0), key);
CREATE INDEX metadata_of_package ON metadata (package_id);
CREATE INDEX metadata_of_version ON metadata (version_id);

CREATE TABLE scans (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    registry_id INTEGER NOT NULL REFERENCES registries ON DELETE CASCADE,
    package TEXT NOT NULL,
    version TEXT NOT NULL,
    status TEXT NOT NULL,
    details TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    evaluated_at INTEGER NOT NULL,
    UNIQUE (registry_id, package, version)
) STRICT;
CREATE INDEX scans_by_status ON scans (registry_id, status);

CREATE TABLE evaluations (
    uuid TEXT PRIMARY KEY,
    registry_id INTEGER NOT NULL REFERENCES registries ON DELETE CASCADE,
    status TEXT NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evaluations_of_registry ON evaluations (registry_id);
CREATE INDEX evaluations_by_age ON evaluations (created_at);

CREATE TABLE evaluation_results (
    evaluation TEXT NOT NULL REFERENCES evaluations ON DELETE CASCADE,
    position INTEGER NOT NULL,
    scan_id INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
    status TEXT NOT NULL,
    PRIMARY KEY (evaluation, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX results_of_scan ON evaluation_results (scan_id);
",
    "
-- A Dart version's document was its pubspec alone.
UPDATE versions SET document = json_object('pubspec', json(document))
    WHERE document IS NOT NULL AND package_id IN (
        SELECT p.id FROM packages p JOIN registries r ON r.id = p.registry_id WHERE r.package_type = 'DART');
",
];

/// Brings the database to today's format, each step whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    let has_tables: bool =
        connection.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| row.get(0))?;
    let is_ours: bool = connection.query_row(
        "SELECT count(*) = 2 FROM sqlite_schema WHERE type = 'table' AND name IN ('registries', 'blobs')",
        [],
        |row| row.get(0),
    )?;
    if has_tables != (found > 0) || has_tables != is_ours {
        return Err(Error::NotRecords);
    }
    for (step, number) in MIGRATIONS.iter().zip(1_i64..) {
        if number > found {
            let transaction = connection.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_database_is_of_todays_format_and_a_newer_one_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(
            migrate(&mut connection),
            Err(Error::Newer { found: 99, .. })
        ));
    }

    #[test]
    fn what_an_older_folder_says_of_dart_versions_is_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        connection
            .execute_batch(
                "PRAGMA user_version = 1;
                 INSERT INTO registries VALUES (1, 'r', 'a', '', '', 'd', 'DART', '', '', 0, 0);
                 INSERT INTO registries VALUES (2, 's', 'a', '', '', 'n', 'NPM', '', '', 0, 0);
                 INSERT INTO packages VALUES (1, 'p', 1, 'x', 1, 0, 0), (2, 'q', 2, 'x', 1, 0, 0);
                 INSERT INTO versions VALUES (1, 'v', 1, '1', '{\"name\":\"x\"}', 0, 0), (2, 'w', 2, '1', '{}', 0, 0);",
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        let mut statement = connection
            .prepare("SELECT document FROM versions ORDER BY id")
            .unwrap();
        let documents: Vec<String> = statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(documents, ["{\"pubspec\":{\"name\":\"x\"}}", "{}"]);
    }

    #[test]
    fn the_database_of_another_program_is_refused() {
        for of_another in [
            "CREATE TABLE notes (text TEXT)",
            "CREATE TABLE notes (text TEXT); PRAGMA user_version = 1",
            "PRAGMA user_version = 1",
        ] {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(of_another).unwrap();
            assert!(
                matches!(migrate(&mut connection), Err(Error::NotRecords)),
                "{of_another}"
            );
        }
    }
}
