// The worker: runs hc-wasm, one call after another, in the order in which they came.

import init, { Auditor, GivenFiles } from 'hc-wasm';
import type { Failure, Outcome } from 'hc-wasm';
import type { GivenFile, Method, Request, Response, Service, Standing } from './protocol';

const ready = init().then(() => new Auditor());
let last: Promise<void> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  last = last.then(async () => self.postMessage(await answer(data)));
});

async function answer({ id, method, args }: Request): Promise<Response> {
  try {
    const call = serve(await ready)[method] as (...args: Parameters<Service[Method]>) => Promise<unknown>;
    return { id, kind: 'result', result: await call(...args) };
  } catch (error) {
    return isFailure(error)
      ? { id, kind: 'failure', failure: error }
      : { id, kind: 'crash', message: error instanceof Error ? error.message : String(error) };
  }
}

function serve(auditor: Auditor): Service {
  const standing = async (): Promise<Standing> => ({
    firewall: auditor.firewall(),
    policyText: auditor.policyText(),
  });
  return {
    formats: async () => auditor.formats(),
    standing,
    async setPolicy(name, toml) {
      auditor.setPolicy(name, toml);
      return standing();
    },
    async resetPolicy() {
      auditor.resetPolicy();
      return standing();
    },
    async addAdvisories(file) {
      auditor.addAdvisories(file.path, await bytesOf(file));
      return standing();
    },
    async resetAdvisories() {
      auditor.resetAdvisories();
      return standing();
    },
    audit: (files) => audit(auditor, files),
  };
}

/** Gives the audit the bytes that it asks for, until it has all. */
async function audit(auditor: Auditor, files: GivenFile[]): Promise<Outcome> {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
  const given = new GivenFiles([...blobs.keys()]);
  for (let needs = given.needs(); needs.length > 0; needs = given.needs()) {
    for (const path of needs) {
      const bytes = await blobs.get(path)?.arrayBuffer().catch(() => undefined);
      if (bytes) given.give(path, new Uint8Array(bytes));
      else given.refuse(path);
    }
  }
  return auditor.audit(given);
}

/** All bytes of a file. A browser refuses those of a file that was changed or moved since it was given. */
async function bytesOf({ path, blob }: GivenFile): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    const failure: Failure = {
      code: 'unreadable',
      file: path,
      message: 'the browser could not read it',
      help: 'if the file was changed or moved since, give it again',
    };
    throw failure;
  }
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'code' in error && 'file' in error && 'message' in error;
}
