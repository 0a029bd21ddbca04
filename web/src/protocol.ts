// What the page asks of the worker, and how the worker answers.

import type { Failure, FirewallInfo, FormatInfo, Outcome } from 'hc-wasm';

/** A file that a person gave: its name as shown, and a handle on its bytes. */
export interface GivenFile {
  path: string;
  blob: Blob;
}

/** What the firewall is set up with. */
export interface Standing {
  firewall: FirewallInfo;
  /** The policy in force, as TOML. */
  policyText: string;
}

/** What the worker can do. Every answer is a promise; a bad input rejects with a `Failure`. */
export interface Service {
  formats(): Promise<FormatInfo[]>;
  standing(): Promise<Standing>;
  setPolicy(name: string, toml: string): Promise<Standing>;
  resetPolicy(): Promise<Standing>;
  addAdvisories(file: GivenFile): Promise<Standing>;
  resetAdvisories(): Promise<Standing>;
  audit(files: GivenFile[]): Promise<Outcome>;
}

export type Method = keyof Service;

/** One call, with an id that its response repeats. */
export interface Request<M extends Method = Method> {
  id: number;
  method: M;
  args: Parameters<Service[M]>;
}

/** The end of one call: a result, a refusal of the input, or the worker's own fault. */
export type Response =
  | { id: number; kind: 'result'; result: unknown }
  | { id: number; kind: 'failure'; failure: Failure }
  | { id: number; kind: 'crash'; message: string };
