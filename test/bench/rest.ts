import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type Side, ZONEWRIGHT } from './bench.ts';
import { find } from './peers.ts';

const ZONES = 10_000;
const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';
const client = new URL('rest-client.ts', import.meta.url).pathname;

/** Writes over HTTP, one record each, durable when they are answered, in an estate of 10,000 zones. */
function restBench(clients: number, writes: number, goal?: number): Bench {
  return {
    name: `REST writes from ${clients === 1 ? 'one client' : `${clients} clients`}`,
    about: `${writes} writes of a record, one commit each, 10,000 zones, against the API of PowerDNS with SQLite`,
    goal: goal === undefined ? undefined : { time: goal },
    async prepare(folder, scale) {
      const zones = Math.max(100, Math.round(ZONES * scale));
      const count = Math.max(100, Math.round(writes * scale));
      return { ours: ours(folder, zones, clients, count), peer: powerDns(folder, zones, clients, count) };
    },
  };
}

/** One client that waits for each answer: how long a write takes. */
export const restFromOne = restBench(1, 1000, 1);
/**
 * Many clients at once: how much fits into one sync. PowerDNS drops most requests there, so its time is that of fewer writes
 * and no goal. Ours is 1,000 writes a second, none failing, and 99 of 100 within 100 ms: each run prints them. In the first one
 * the release of all zones is made at the same time.
 */
export const restFromMany = restBench(32, 4000);

const NAMES = 100_000;

/** Writes into one zone of many names. */
export const restIntoBigZone: Bench = {
  name: 'REST writes into a zone of 100,000 names',
  about: '200 writes of a record by one client, one commit each, against the API of PowerDNS with SQLite',
  goal: undefined,
  async prepare(folder, scale) {
    const names = Math.max(1000, Math.round(NAMES * scale));
    return { ours: ours(folder, 1, 1, 200, names), peer: powerDns(folder, 1, 1, 200, names) };
  },
};

function clientArgv(kind: string, clients: number, writes: number, zones: number, argv: readonly string[]): string[] {
  return [
    process.execPath,
    '--import',
    'tsx',
    client,
    kind,
    String(clients),
    String(writes),
    String(zones),
    '--',
    ...argv,
  ];
}

function ours(folder: string, zones: number, clients: number, writes: number, names = 1): Side {
  const repository = join(folder, 'repo.git');
  const state = join(folder, 'state');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], { input: importStream(zones, names) });
  const [program, ...args] = ZONEWRIGHT;
  const added = spawnSync(program, [...args, 'user', 'add', 'bench', '--admin', '--state', state], {
    encoding: 'utf8',
  });
  const argv = [...ZONEWRIGHT, 'serve', '--repo', repository, '--state', state, '--listen', '127.0.0.1:0'];
  return {
    kind: 'command',
    argv: clientArgv('ours', clients, writes, zones, argv),
    env: { BENCH_SECRET: added.stdout.trim(), BENCH_NAMES: String(names), ZONEWRIGHT_LOG_LEVEL: 'warn' },
    timed: true,
  };
}

/** A branch with so many zones, in folders of a hundred, as git's fast-import reads it. */
function importStream(zones: number, names: number): string {
  const parts = ['commit refs/heads/main\ncommitter bench <bench@example.net> 1767225600 +0000\ndata 5\nzones\n'];
  const config = 'server: { rate_limit: { requests: 100000000 } }\n';
  parts.push(`M 100644 inline zonewright.yaml\ndata ${config.length}\n${config}\n`);
  const more = Array.from(
    { length: names - 1 },
    (_, i) => `  www${i + 1}: { A: { ttl: 5m, values: 192.0.2.1 } }\n`,
  ).join('');
  for (let i = 0; i < zones; i++) {
    const text = `records:\n  "@":\n    NS: [ns1.example.net., ns2.example.net.]\n    A: 192.0.2.1\n    MX: 10 mail.example.net.\n  www:\n    A: { ttl: 5m, values: 192.0.2.1 }\n${more}`;
    const folder = String(i % 100).padStart(2, '0');
    parts.push(`M 100644 inline zones/${folder}/z${i}.example.yaml\ndata ${text.length}\n${text}\n`);
  }
  return parts.join('');
}

function powerDns(folder: string, zones: number, clients: number, writes: number, names = 1): Side {
  const program = find('pdns_server');
  if (program === undefined)
    return { kind: 'missing', reason: 'pdns_server is not installed (Debian package pdns-server)' };
  const place = join(folder, 'pdns');
  mkdirSync(place, { recursive: true });
  const database = join(place, 'pdns.sqlite3');
  const script = [
    'import sqlite3, sys',
    'db = sqlite3.connect(sys.argv[1])',
    'db.executescript(open(sys.argv[2]).read())',
    'for i in range(int(sys.argv[3])):',
    '    z = "z%d.example" % i',
    '    db.execute("insert into domains (id, name, type) values (?, ?, \'NATIVE\')", (i + 1, z))',
    '    for n, t, c in [(z, "SOA", "ns1.example.net hostmaster.%s 1 14400 3600 1209600 3600" % z), (z, "NS", "ns1.example.net"), (z, "NS", "ns2.example.net"), (z, "A", "192.0.2.1"), (z, "MX", "10 mail.example.net"), ("www." + z, "A", "192.0.2.1")] + [("www%d.%s" % (n, z), "A", "192.0.2.1") for n in range(1, int(sys.argv[4]))]:',
    '        db.execute("insert into records (domain_id, name, type, content, ttl, prio, disabled, auth) values (?, ?, ?, ?, 300, 0, 0, 1)", (i + 1, n, t, c))',
    'db.commit()',
  ].join('\n');
  writeFileSync(join(place, 'pdns.conf'), '');
  writeFileSync(join(place, 'fill.py'), script);
  execFileSync('/usr/bin/python3', [join(place, 'fill.py'), database, SCHEMA, String(zones), String(names)]);
  const [dns, api] = [20_000 + (process.pid % 10_000), 30_000 + (process.pid % 10_000)];
  const argv = [
    program,
    `--config-dir=${place}`,
    `--socket-dir=${place}`,
    '--daemon=no',
    '--guardian=no',
    '--launch=gsqlite3',
    `--gsqlite3-database=${database}`,
    '--gsqlite3-pragma-synchronous=2',
    `--local-address=127.0.0.1:${dns}`,
    '--api=yes',
    '--api-key=bench-key',
    '--webserver=yes',
    '--webserver-address=127.0.0.1',
    `--webserver-port=${api}`,
    '--loglevel=0',
    '--disable-syslog=yes',
  ];
  return {
    kind: 'command',
    argv: clientArgv('pdns', clients, writes, zones, argv),
    env: { BENCH_SECRET: 'bench-key', BENCH_PORT: String(api), BENCH_NAMES: String(names) },
    timed: true,
  };
}
