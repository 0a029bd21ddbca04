/** Where a package's name and version have their meaning, as OSV writes it. */
export type Ecosystem = "npm" | "Maven" | "PyPI";

/** A verdict. `UNKNOWN` is none, and never to be taken for `ALLOWED`. */
export type Status = "ALLOWED" | "UNKNOWN" | "WARN" | "BLOCKED";

/** What a dependency is for. */
export type Scope = "prod" | "runtime" | "provided" | "peer" | "optional" | "dev-optional" | "dev" | "test";

/** Where a package is taken from. */
export type Source = "registry" | "git" | "file" | "url";

/** The kind of rule that was violated. */
export type Category = "Security" | "Malware";

/** A kind of dependency file that can be read. */
export interface FormatInfo {
    name: string;
    ecosystem: Ecosystem;
    /** The file names by which it is recognised. */
    fileNames: string[];
}

/** A dependency file to audit. */
export interface SourceFile {
    path: string;
    bytes: Uint8Array;
}

/** What an audit gives: what could be read is in `report`, what could not is in `failures`. */
export interface Outcome {
    report: AuditReport;
    failures: Failure[];
}

/** Why an input cannot be used. */
export interface Failure {
    /** A stable code for programs. */
    code: string;
    file: string;
    /** From 1; absent where the fault has no place. */
    line?: number;
    /** In characters, from 1. */
    column?: number;
    message: string;
    /** What to do next. */
    help: string | null;
}

/** What an audit found. */
export interface AuditReport {
    firewall: FirewallInfo;
    files: FileSummary[];
    counts: Counts;
    rows: Row[];
}

/** Which firewall gave the verdicts. */
export interface FirewallInfo {
    evaluatedBy: string;
    policy: string;
    advisories: string;
    advisoryCount: number;
    /** `YYYY-MM-DD`. */
    advisoryDate: string | null;
    /** Only the small built-in set of advisories was used. */
    starterOnly: boolean;
}

/** What one file held. */
export interface FileSummary {
    file: string;
    format: string;
    ecosystem: Ecosystem;
    dependencies: number;
    warnings: string[];
    /** Dependencies may be missing, so that the rows are no clean bill. */
    incomplete: boolean;
}

/** How many rows have each status. */
export interface Counts {
    allowed: number;
    warn: number;
    blocked: number;
    unknown: number;
}

/** One package version of one file, with its verdict. */
export interface Row {
    packageName: string;
    version: string | null;
    scanId: string | null;
    scanStatus: Status;
    ecosystem: Ecosystem;
    /** Null for what comes from no registry. */
    purl: string | null;
    file: string;
    /** From 1. */
    line: number;
    scope: Scope;
    /** Null where the file does not tell. */
    direct: boolean | null;
    /** Shortest ways from the root, each a list of `name@version` that ends with this package. */
    paths: string[][];
    source: Source;
    specifier: string | null;
    /** `version` is the lowest that satisfies `specifier`, not one that the file names. */
    assumed: boolean;
    /** Worst first; then what applies but lies below the policy's thresholds. */
    violations: Violation[];
    fixVersion: string | null;
    evaluatedBy: string;
    /** Why there is no verdict. */
    note: string | null;
}

/** One reason for a verdict. */
export interface Violation {
    /** `ALLOWED` where it applies but the policy lets it pass. */
    status: Status;
    category: Category;
    advisory: string;
    cve: string | null;
    aliases: string[];
    /** Empty where the advisory gives none. */
    summary: string;
    /** Absent unless a word decided, for want of a score. */
    severity?: "LOW" | "MODERATE" | "HIGH" | "CRITICAL";
    /** A CVSS base score, 0 to 10; null where the advisory has no vector. */
    score: number | null;
    vector: string | null;
    /** Null where no score decided. */
    threshold: number | null;
    affectedRange: string;
    fixVersion: string | null;
}
