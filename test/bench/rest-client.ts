import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

/**
 * Starts a server, writes records over its API from some clients at once, each waiting for its answer, and prints how long
 * that took and the times of single writes. `node rest-client.ts WHAT CLIENTS WRITES ZONES -- PROGRAM ARG...`.
 */
const [kind, clients, writes, zones, , ...argv] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  ...string[],
];
const secret = process.env.BENCH_SECRET ?? '';
const names = Number(process.env.BENCH_NAMES ?? '1');
const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => child.kill('SIGKILL'));
const port = kind === 'pdns' ? Number(process.env.BENCH_PORT) : await portOf();
if (kind === 'pdns') child.stdout.resume();
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
await ready();

const times: number[] = [];
let failed = 0;
const all = Number(writes);
let next = 0;
await Promise.all(Array.from({ length: 20 }, (_, i) => write(i)));
times.length = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    while (next < all) await write(next++);
  }),
);
const seconds = (performance.now() - began) / 1000;
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
console.log(JSON.stringify({ seconds, perSecond: all / seconds, failed, p50: at(0.5), p99: at(0.99) }));
child.kill('SIGTERM');
agent.destroy();
process.exit(0);

async function portOf(): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
    if (found !== null) {
      child.stdout.resume();
      return Number(found[1]);
    }
  }
  throw new Error('the server has ended');
}

async function ready(): Promise<void> {
  const path = kind === 'pdns' ? '/api/v1/servers/localhost' : '/readyz';
  for (let i = 0; i < 600; i++) {
    const status = await send('GET', path).catch(() => 0);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the server does not become ready');
}

async function write(i: number): Promise<void> {
  const zone = `z${(i * 7919) % Number(zones)}.example`;
  const name = names === 1 ? 'www' : `www${((i * 7919) % (names - 1)) + 1}`;
  const value = `192.0.${(i >> 8) % 256}.${i % 256}`;
  const start = performance.now();
  const status =
    kind === 'pdns'
      ? await send('PATCH', `/api/v1/servers/localhost/zones/${zone}.`, {
          rrsets: [
            {
              name: `${name}.${zone}.`,
              type: 'A',
              ttl: 300,
              changetype: 'REPLACE',
              records: [{ content: value, disabled: false }],
            },
          ],
        }).catch(() => 0)
      : await send('PUT', `/api/v1/zones/${zone}/rrsets/${name}/A`, { ttl: 300, values: [value] }).catch(() => 0);
  times.push(performance.now() - start);
  if (status < 200 || status > 299) failed++;
}

async function send(method: string, path: string, body?: unknown): Promise<number> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    agent,
    headers: {
      ...(kind === 'pdns' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` }),
      ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    },
  });
  sent.end(text);
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}
