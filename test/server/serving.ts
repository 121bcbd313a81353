import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { runGit } from '../../src/git/run.ts';
import { makeToken } from '../../src/pipeline/access/tokens.ts';
import { type Running, type ServeOptions, startServer } from '../../src/server/running.ts';
import { addAccount } from '../../src/state/accounts/account.ts';
import { grant } from '../../src/state/accounts/grants.ts';
import { answerFaults, type Description } from './description.ts';

/** A server of a test, on a free port, over a scratch repository. */
export interface Serving extends Running {
  /** The bare repository. */
  readonly repository: string;
  /** The state folder. */
  readonly folder: string;
  /** Everything that the server logged, one JSON document a line. */
  readonly logged: () => string;
  /** Adds an account; gives the secret of a token for it. */
  user(name: string, values?: NewUser): Promise<string>;
  /** Runs git in the repository. */
  git(...args: string[]): Promise<string>;
  /** Sends a request with a JSON body and a bearer token. What the native API answers is held against its description. */
  ask<T = Record<string, unknown>>(
    token: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
}

/** What a new account may do. */
export interface NewUser {
  readonly admin?: boolean;
  readonly email?: string;
  readonly password?: string;
  /** Patterns of zones that it reaches. */
  readonly grants?: readonly string[];
  /** Limits of its token: patterns of zones, verbs, names, types. */
  readonly zones?: readonly string[];
  readonly scopes?: readonly string[];
  readonly names?: readonly string[];
  readonly types?: readonly string[];
}

/** An answer, with its body read as JSON where it is JSON. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: T;
}

/** The same for every server. */
let described: unknown;

/** Starts a server that ends with the test. */
export async function serving(options: Partial<ServeOptions> = {}): Promise<Serving> {
  const scratch = mkdtempSync(join(tmpdir(), 'zonewright-serve-'));
  const repository = options.repository ?? join(scratch, 'repo.git');
  const folder = options.folder ?? join(scratch, 'state');
  const lines: string[] = [];
  const running = await startServer({
    repository,
    folder,
    listen: { address: '127.0.0.1', port: 0 },
    version: '0.0.0-test',
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    ...options,
  });
  onTestFinished(async () => {
    await running.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  const { state } = running.services;
  return {
    ...running,
    repository,
    folder,
    logged: () => lines.join(''),
    async user(name, values = {}) {
      const { admin = false, email, password, grants = [], ...limits } = values;
      const account = await addAccount(state.query, name, { admin, email, password }, state.now());
      for (const pattern of grants) await grant(state.query, account.id, pattern);
      const made = await makeToken(state, {
        user: name,
        zones: [],
        scopes: [],
        names: [],
        types: [],
        networks: [],
        ...limits,
      });
      if (made.kind === 'failure') throw new Error(made.message);
      return made.secret;
    },
    git: async (...args) => {
      const { status, stdout, stderr } = await runGit(repository, args);
      if (status !== 0) throw new Error(stderr);
      return stdout.toString('utf8');
    },
    async ask<T>(
      token: string | undefined,
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ) {
      const response = await fetch(running.url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { status, headers: answered } = response;
      if (path.startsWith('/api/v1/') && !path.startsWith('/api/v1/openapi.json')) {
        described ??= await (await fetch(`${running.url}/api/v1/openapi.json`)).json();
        const faults = answerFaults(described as Description, method, path, { status, headers: answered, text });
        if (faults.length > 0) expect.fail(`${method} ${path}: ${faults.join('; ')}\n${text}`);
      }
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status,
        headers: answered,
        text,
        json: (isJson ? JSON.parse(text) : undefined) as T,
      };
    },
  };
}
