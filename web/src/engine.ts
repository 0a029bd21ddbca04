// The page's end of the worker. A worker that crashed is replaced, with the same policy and advisories.

import type { Failure } from 'hc-wasm';
import type { GivenFile, Method, Request, Response, Service } from './protocol';

/** The input was refused; the worker lives on. */
export class Refused extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

/** The worker itself failed; the next call starts a fresh one. */
export class Crashed extends Error {}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export class Engine {
  #worker: Worker | null = null;
  #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #policy: [name: string, toml: string] | null = null;
  #advisories: GivenFile[] = [];

  /** Calls the worker. Rejects with `Refused` or `Crashed`, nothing else. */
  async call<M extends Method>(
    method: M,
    ...args: Parameters<Service[M]>
  ): Promise<Awaited<ReturnType<Service[M]>>> {
    this.#worker ??= this.#start();
    const result = await this.#send(this.#worker, method, args);
    this.#remember(method, args);
    return result as Awaited<ReturnType<Service[M]>>;
  }

  #start(): Worker {
    const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Response>) => this.#settle(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#crash(event.message || 'the worker could not be started');
    });
    worker.addEventListener('messageerror', () => this.#crash('the worker sent what cannot be read'));
    const ignore = (): void => undefined;
    if (this.#policy) this.#send(worker, 'setPolicy', this.#policy).catch(ignore);
    for (const file of this.#advisories) this.#send(worker, 'addAdvisories', [file]).catch(ignore);
    return worker;
  }

  #send<M extends Method>(worker: Worker, method: M, args: Parameters<Service[M]>): Promise<unknown> {
    const id = ++this.#lastId;
    const request: Request<M> = { id, method, args };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(request);
    });
  }

  #settle(response: Response): void {
    const waiting = this.#waiting.get(response.id);
    if (!waiting) return;
    this.#waiting.delete(response.id);
    if (response.kind === 'result') waiting.resolve(response.result);
    else if (response.kind === 'failure') waiting.reject(new Refused(response.failure));
    else {
      waiting.reject(new Crashed(response.message));
      this.#crash(response.message);
    }
  }

  #crash(message: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    const left = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of left) waiting.reject(new Crashed(message));
  }

  #remember(method: Method, args: Parameters<Service[Method]>): void {
    if (method === 'setPolicy') this.#policy = args as Parameters<Service['setPolicy']>;
    else if (method === 'resetPolicy') this.#policy = null;
    else if (method === 'addAdvisories') this.#advisories.push(...(args as Parameters<Service['addAdvisories']>));
    else if (method === 'resetAdvisories') this.#advisories = [];
  }
}
