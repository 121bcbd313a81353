import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { query } from '../../src/deploy/query.ts';
import type { TsigKey } from '../../src/dns/message/tsig.ts';
import type { DomainName } from '../../src/dns/name.ts';
import { toBuffer } from '../../src/dns/octets.ts';
import { tool } from './tools.ts';

/** A zone and the master file that it is loaded from. */
export interface ZoneFile {
  readonly zone: DomainName;
  readonly path: string;
}

/** What a name server serves. */
export interface Serving {
  readonly zones: readonly ZoneFile[];
  /** With a key, transfers are for its holders only; without, for everybody on loopback. */
  readonly key?: TsigKey;
  /** The address of loopback to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A name server that runs on loopback and answers for all its zones. */
export interface RunningServer {
  readonly kind: NameServerKind;
  readonly host: string;
  readonly port: number;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

export type NameServerKind = 'bind' | 'knot' | 'nsd';

/** The program of each kind. */
export const programOf = { bind: 'named', knot: 'knotd', nsd: 'nsd' } as const;

const HOST = '127.0.0.1';
const START_LIMIT = 90_000;

/** Starts a name server in the foreground on a free port, with a configuration of its own in a temporary folder. */
export async function startServer(kind: NameServerKind, serving: Serving): Promise<RunningServer> {
  const program = tool(programOf[kind]);
  if (program === undefined) throw new Error(`not installed: ${programOf[kind]}`);
  const folder = await mkdtemp(join(tmpdir(), `zonewright-${kind}-`));
  const { host = HOST, port = await freePort() } = serving;
  const conf = join(folder, 'server.conf');
  await writeFile(conf, configurations[kind](serving, folder, host, port));
  await mkdir(join(folder, 'data'));
  const child = spawn(program, argumentsOf[kind](conf), { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      log = (log + text).slice(-20_000);
    });
  }
  const server = {
    kind,
    host,
    port,
    async stop() {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const { zone } of serving.zones) await answersFor(server, zone, child);
  } catch (error) {
    await server.stop();
    throw new Error(`${program} does not serve: ${String(error)}\n${log}`);
  }
  return server;
}

async function answersFor(server: RunningServer, zone: DomainName, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it has ended');
    const found = await query(server, zone, 6, { timeoutMs: 200, attempts: 1 });
    if (found.kind === 'answer' && found.message.authoritative && found.message.answers.length > 0) return;
    // Name servers have no common way to say that a zone is loaded.
    await pause(20);
  }
  throw new Error(`no answer for ${zone}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

/** A port of loopback that is free for TCP and UDP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const tcp = createServer().listen(0, HOST);
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket('udp4');
    udp.bind(port, HOST);
    const bound = await once(udp, 'listening').then(
      () => true,
      () => false,
    );
    udp.close();
    tcp.close();
    await once(tcp, 'close');
    if (bound) return port;
  }
}

const argumentsOf = {
  bind: (conf: string) => ['-g', '-c', conf],
  knot: (conf: string) => ['-c', conf],
  nsd: (conf: string) => ['-d', '-c', conf],
} satisfies Record<NameServerKind, (conf: string) => string[]>;

type Configure = (serving: Serving, folder: string, host: string, port: number) => string;

const configurations = { bind: bindConf, knot: knotConf, nsd: nsdConf } satisfies Record<NameServerKind, Configure>;

function secretOf(key: TsigKey): string {
  return toBuffer(key.secret).toString('base64');
}

function bindConf({ zones, key }: Serving, folder: string, host: string, port: number): string {
  const allowed = key === undefined ? 'any;' : `key "${key.name}";`;
  return `
${key === undefined ? '' : `key "${key.name}" { algorithm ${key.algorithm}; secret "${secretOf(key)}"; };`}
controls { };
options {
  directory "${folder}/data";
  pid-file none; session-keyfile none; lock-file none;
  listen-on port ${port} { ${host}; };
  listen-on-v6 { none; };
  recursion no; notify no; dnssec-validation no; minimal-responses yes; max-udp-size 1232;
  check-integrity no; zero-no-soa-ttl no;
  allow-transfer { ${allowed} };
};
${zones.map(({ zone, path }) => `zone "${zone}" { type primary; file "${path}"; masterfile-format text; };`).join('\n')}
`;
}

function knotConf({ zones, key }: Serving, folder: string, host: string, port: number): string {
  return `
server:
  rundir: "${folder}"
  listen: ${host}@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 1232
log:
  - target: stderr
    any: warning
database:
  storage: "${folder}/data"
${key === undefined ? '' : `key:\n  - id: "${key.name}"\n    algorithm: ${key.algorithm}\n    secret: "${secretOf(key)}"`}
acl:
  - id: transfers
    action: transfer
    ${key === undefined ? `address: ${HOST}` : `key: "${key.name}"`}
template:
  - id: default
    acl: transfers
    semantic-checks: off
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
${zones.map(({ zone, path }) => `  - domain: "${zone}"\n    file: "${path}"`).join('\n')}
`;
}

function nsdConf({ zones, key }: Serving, folder: string, host: string, port: number): string {
  const provide = `provide-xfr: ${HOST} ${key === undefined ? 'NOKEY' : key.name}`;
  return `
server:
  ip-address: ${host}@${port}
  server-count: 1
  username: ""
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/data/xfrd.state"
  zonelistfile: "${folder}/data/zone.list"
  xfrdir: "${folder}/data"
  zonesdir: "${folder}"
  minimal-responses: yes
  refuse-any: no
  ipv4-edns-size: 1232
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${key === undefined ? '' : `key:\n  name: "${key.name}"\n  algorithm: ${key.algorithm}\n  secret: "${secretOf(key)}"`}
${zones.map(({ zone, path }) => `zone:\n  name: "${zone}"\n  zonefile: "${path}"\n  ${provide}`).join('\n')}
`;
}
