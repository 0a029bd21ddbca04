//! The firewall's evaluations, and the last scan of each package version that was evaluated.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, named_params};
use uuid::Uuid;

use super::Fault;
use super::page::{Listed, Page, holding, set};
use crate::clock;
use crate::scope::Scope;

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Processing,
    Success,
    Failure,
}

impl State {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Processing => "PROCESSING",
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
        }
    }
}

/// An evaluation that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    pub(crate) state: String,
    pub(crate) error: Option<String>,
    /// One for each package version asked for, in that order, once it has succeeded.
    pub(crate) results: Vec<Outcome>,
}

/// What an evaluation found of one package version.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) scan: String,
    pub(crate) status: String,
}

/// The last scan of a package version.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) uuid: String,
    pub(crate) registry: String,
    pub(crate) registry_uuid: String,
    pub(crate) package_type: String,
    pub(crate) package: String,
    pub(crate) version: String,
    pub(crate) status: String,
    /// The reasons: a JSON object, as `GET /scans/{id}/details` gives them.
    pub(crate) details: String,
    pub(crate) created_at: i64,
    pub(crate) evaluated_at: i64,
}

/// A scan to be written down.
pub(crate) struct NewScan<'a> {
    pub(crate) package: &'a str,
    pub(crate) version: &'a str,
    pub(crate) status: &'a str,
    pub(crate) details: String,
}

/// How long an evaluation can be asked about, in milliseconds. Scans stay.
const KEPT: i64 = 24 * 60 * 60 * 1000;

/// Writes down that an evaluation was asked for, and gives its id.
pub(crate) fn begin(transaction: &Transaction<'_>, registry: i64) -> Result<String, Fault> {
    let now = clock::now();
    transaction
        .prepare_cached("DELETE FROM evaluations WHERE created_at < ?1")?
        .execute([now - KEPT])?;
    let uuid = Uuid::new_v4().to_string();
    transaction
        .prepare_cached(
            "INSERT INTO evaluations (uuid, registry_id, status, created_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((&uuid, registry, State::Pending.as_str(), now))?;
    Ok(uuid)
}

/// Says how far an evaluation is, and why it failed.
pub(crate) fn advance(
    transaction: &Transaction<'_>,
    evaluation: &str,
    state: State,
    error: Option<&str>,
) -> Result<(), Fault> {
    transaction
        .prepare_cached("UPDATE evaluations SET status = ?2, error = ?3 WHERE uuid = ?1")?
        .execute((evaluation, state.as_str(), error))?;
    Ok(())
}

/// Writes down what an evaluation found, and that it succeeded.
pub(crate) fn finish(
    transaction: &Transaction<'_>,
    evaluation: &str,
    registry: i64,
    scans: &[NewScan<'_>],
) -> Result<(), Fault> {
    {
        let mut scan = transaction.prepare_cached(
            "INSERT INTO scans (uuid, registry_id, package, version, status, details, created_at, evaluated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             ON CONFLICT (registry_id, package, version) DO UPDATE
                 SET status = excluded.status, details = excluded.details, evaluated_at = excluded.evaluated_at
             RETURNING id",
        )?;
        let mut result = transaction.prepare_cached(
            "INSERT INTO evaluation_results (evaluation, position, scan_id, status) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let now = clock::now();
        for (new, position) in scans.iter().zip(0_i64..) {
            let uuid = Uuid::new_v4().to_string();
            let NewScan {
                package,
                version,
                status,
                details,
            } = new;
            let id: i64 = scan
                .query_row((uuid, registry, package, version, status, details, now), |row| {
                    row.get(0)
                })?;
            result.execute((evaluation, position, id, status))?;
        }
    }
    advance(transaction, evaluation, State::Success, None)
}

/// What was under way when the last run ended has failed.
pub(super) fn fail_unfinished(transaction: &Transaction<'_>) -> Result<(), Fault> {
    transaction.execute(
        "UPDATE evaluations SET status = ?1, error = 'the server was stopped meanwhile; ask again'
         WHERE status IN (?2, ?3)",
        (
            State::Failure.as_str(),
            State::Pending.as_str(),
            State::Processing.as_str(),
        ),
    )?;
    Ok(())
}

/// An evaluation of this account, if there is one of this id.
pub(crate) fn evaluation(
    records: &Connection,
    account: &str,
    uuid: &str,
) -> Result<Option<Evaluation>, Fault> {
    let found = records
        .prepare_cached(
            "SELECT e.status, e.error FROM evaluations e JOIN registries r ON r.id = e.registry_id
             WHERE e.uuid = ?1 AND r.account = ?2",
        )?
        .query_row((uuid, account), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((state, error)) = found else {
        return Ok(None);
    };
    let results = records
        .prepare_cached(
            "SELECT s.package, s.version, s.uuid, e.status
             FROM evaluation_results e JOIN scans s ON s.id = e.scan_id
             WHERE e.evaluation = ?1 ORDER BY e.position",
        )?
        .query_map([uuid], |row| {
            Ok(Outcome {
                package: row.get(0)?,
                version: row.get(1)?,
                scan: row.get(2)?,
                status: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some(Evaluation {
        state,
        error,
        results,
    }))
}

const SCAN_COLUMNS: &str = "s.uuid, r.identifier, r.uuid, r.package_type, s.package, s.version, s.status,
    s.details, s.created_at, s.evaluated_at";

fn scan_from_row(row: &Row<'_>) -> rusqlite::Result<Scan> {
    Ok(Scan {
        uuid: row.get(0)?,
        registry: row.get(1)?,
        registry_uuid: row.get(2)?,
        package_type: row.get(3)?,
        package: row.get(4)?,
        version: row.get(5)?,
        status: row.get(6)?,
        details: row.get(7)?,
        created_at: row.get(8)?,
        evaluated_at: row.get(9)?,
    })
}

/// The scan of this id in this account, if there is one.
pub(crate) fn get(records: &Connection, account: &str, uuid: &str) -> Result<Option<Scan>, Fault> {
    Ok(records
        .prepare_cached(&format!(
            "SELECT {SCAN_COLUMNS} FROM scans s JOIN registries r ON r.id = s.registry_id
             WHERE s.uuid = ?1 AND r.account = ?2"
        ))?
        .query_row((uuid, account), scan_from_row)
        .optional()?)
}

/// Which scans a list is of.
pub(crate) struct Filter<'a> {
    pub(crate) scope: &'a Scope,
    /// The ids of registries; empty for all.
    pub(crate) registries: &'a [String],
    /// Empty for all.
    pub(crate) types: &'a [String],
    /// Empty for all: here, those with violations.
    pub(crate) statuses: &'a [String],
    pub(crate) scan: Option<&'a str>,
    pub(crate) term: Option<&'a str>,
    /// A column of [`ORDERS`], and its direction.
    pub(crate) order: String,
}

/// The columns that a list of scans can be ordered by, with the API's names for them.
pub(crate) const ORDERS: [(&str, &str); 4] = [
    ("packageName", "s.package"),
    ("scanStatus", "s.status"),
    ("lastEvaluatedAt", "s.evaluated_at"),
    ("registryName", "r.identifier"),
];

/// A page of the scans that found violations, and how many of all pages are blocked.
pub(crate) fn list(
    records: &Connection,
    filter: &Filter<'_>,
    page: Page,
) -> Result<(Listed<Scan>, i64), Fault> {
    let wanted = "FROM scans s JOIN registries r ON r.id = s.registry_id
        WHERE r.account = :account AND r.org = :org AND r.project = :project
          AND s.status IN ('BLOCKED', 'WARN')
          AND (:registries IS NULL OR r.uuid IN (SELECT value FROM json_each(:registries)))
          AND (:types IS NULL OR r.package_type IN (SELECT value FROM json_each(:types)))
          AND (:statuses IS NULL OR s.status IN (SELECT value FROM json_each(:statuses)))
          AND (:scan IS NULL OR s.uuid = :scan)
          AND (:term IS NULL OR s.package LIKE :term ESCAPE '\\')";
    let Scope {
        account,
        org,
        project,
    } = filter.scope;
    let (registries, types, statuses, term) = (
        set(filter.registries),
        set(filter.types),
        set(filter.statuses),
        holding(filter.term)?,
    );
    let (total, blocked) = records
        .prepare_cached(&format!(
            "SELECT count(*), ifnull(sum(s.status = 'BLOCKED'), 0) {wanted}"
        ))?
        .query_row(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":registries": registries,
                ":types": types, ":statuses": statuses, ":scan": filter.scan, ":term": term,
            },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
    let items = records
        .prepare_cached(&format!(
            "SELECT {SCAN_COLUMNS} {wanted} ORDER BY {}, s.id LIMIT :limit OFFSET :offset",
            filter.order
        ))?
        .query_map(
            named_params! {
                ":account": account, ":org": org, ":project": project, ":registries": registries,
                ":types": types, ":statuses": statuses, ":scan": filter.scan, ":term": term,
                ":limit": page.size, ":offset": page.offset(),
            },
            scan_from_row,
        )?
        .collect::<Result<_, _>>()?;
    Ok((Listed { items, total }, blocked))
}
