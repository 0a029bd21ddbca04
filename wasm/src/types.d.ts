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

/** What an audit gives: what could be read is in `report`, what could not is in `failures`. */
export interface Outcome {
    report: AuditReport;
    failures: Failure[];
    /** What of folders was not read, a line for each reason. */
    passedOver: string[];
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
    coverage: Coverage;
    counts: Counts;
    rows: Row[];
}

/** Which firewall gives the verdicts. */
export interface FirewallInfo {
    evaluatedBy: string;
    /** The policy of files without one of their own. */
    policy: string;
    advisories: string;
    advisoryCount: number;
    /** `YYYY-MM-DD`. */
    advisoryDate: string | null;
    /** There is nothing but the small built-in set of advisories. */
    starterOnly: boolean;
}

/** What a report covers: of the data, of the files, and what was not read at all. */
export interface Coverage {
    /** What is known of each ecosystem that a file is of. */
    data: DataCoverage[];
    policies: PolicyInForce[];
    /** What was read. */
    files: FileCoverage[];
    /** What could not be read. */
    unread: Failure[];
    /** What a walk through a folder did not read. */
    passedOver: PassedOver[];
}

/** What data about an ecosystem is worth. Only an export holds all that is known. */
export type DataKind = "export" | "registry" | "own" | "starter" | "none";

/** What is known of the packages of an ecosystem. */
export interface DataCoverage {
    ecosystem: Ecosystem;
    kind: DataKind;
    sources: DataSource[];
    advisories: number;
    /** `YYYY-MM-DD`. */
    newest: string | null;
    /** What must not be missed about it; null for an export. */
    note: string | null;
}

/** What a source is worth for an ecosystem. */
export type SourceKind = "starter" | "export" | "own" | "by-the-way";

/** What a source of advisories holds about an ecosystem. */
export interface DataSource {
    name: string;
    kind: SourceKind;
    advisories: number;
    /** `YYYY-MM-DD`. */
    newest: string | null;
}

/** A policy that judged. */
export interface PolicyInForce {
    /** `built-in`, or a file. */
    policy: string;
    /** What it lets pass that the built-in one does not. */
    loosens: string[];
}

/** How far a file tells what is installed, in a word. */
export type Reading = "full" | "direct-only" | "gaps";

/** How far a file of a format tells what is installed. */
export type Extent = "everything" | "direct-only";

/** How far a file that was read tells what is installed. */
export interface FileCoverage {
    file: string;
    format: string;
    ecosystem: Ecosystem;
    dependencies: number;
    coverage: Reading;
    extent: Extent;
    /** What could not be read of it: dependencies may be missing. */
    gaps: string[];
    warnings: string[];
    /** What makes a file that holds all that is installed; null where this one does. */
    advice: string | null;
    /** The policy that judged its packages. */
    policy: string;
}

/** What a walk did not read. */
export interface PassedOver {
    path: string;
    /** Why, in a word. */
    reason: string;
    /** The tool that writes a file of a format that is not read. */
    tool?: string;
    /** The lockfile that is read instead. */
    by?: string;
}

/** How many rows have each status. */
export interface Counts {
    allowed: number;
    warn: number;
    blocked: number;
    unknown: number;
    /** Findings that apply, but lie below the policy's thresholds. */
    below: number;
}

/** What a row's verdict rests on. */
export interface Basis {
    data: DataKind;
    sources: string[];
    advisories: number;
    /** `YYYY-MM-DD`. */
    newest: string | null;
    policy: string;
    file: Reading;
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
    /** What to do; empty where no policy is violated. */
    advice: Step[];
    evaluatedBy: string;
    basis: Basis;
    /** Why there is no verdict. */
    note: string | null;
}

/** One thing to do about a row. */
export interface Step {
    text: string;
    /** What to type. */
    command: string | null;
    /** What to write into the file that `text` names. */
    edit: string | null;
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
