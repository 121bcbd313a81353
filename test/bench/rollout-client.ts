import { setTimeout as pause } from 'node:timers/promises';
import { query } from '../../src/deploy/query.ts';
import { parseName } from '../../src/dns/name.ts';
import { A } from '../../src/dns/types/a.ts';

/** Writes a record over REST and prints how long it took until every node answered with it: `URL ZONE ADDRESS...`. */
const [url = '', zone = '', ...nodes] = process.argv.slice(2);
const secret = process.env.BENCH_SECRET ?? '';
const label = `written-${Date.now()}`;
const name = parseName(`${label}.${zone}.`);

const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
// So that neither the first connection nor code that is not compiled yet counts.
await (await fetch(`${url}/api/v1/zones/${zone}`, { headers })).text();
await Promise.all(nodes.map(isServed));

const began = performance.now();
const body = JSON.stringify({ ttl: 300, values: ['198.51.100.9'] });
const written = await fetch(`${url}/api/v1/zones/${zone}/rrsets/${label}/A`, { method: 'PUT', headers, body });
if (!written.ok) throw new Error(`${written.status}: ${await written.text()}`);
await Promise.all(
  nodes.map(async (node) => {
    // Asked more often, nodes would have more to do with this than with the rollout.
    while (!(await isServed(node))) await pause(10);
  }),
);
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));

async function isServed(node: string): Promise<boolean> {
  const answer = await query({ host: node, port: 53 }, name, A.code, { transport: 'udp', timeoutMs: 500, attempts: 1 });
  return answer.kind === 'answer' && answer.message.answers.length > 0;
}
