import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { query } from '../../src/deploy/query.ts';
import { parseName } from '../../src/dns/name.ts';
import { NODES } from './plan.ts';

/**
 * Asks every node again and again for the label of the release that it serves, and looks which release is marked there as
 * verified: one line of JSON for each answer. It runs in the deployer's namespace: `probe.ts OUT ROOT…`, where the roots are
 * where the releases of the nodes are seen from outside, in the order of the nodes.
 */
const [out = '', ...roots] = process.argv.slice(2);
const NAME = parseName('release.example.com.');
const TXT = 16;

/** One look at a node; times are milliseconds since 1970. */
export interface Look {
  readonly node: string;
  /** When it was asked, and when the answer was there and the mark read. */
  readonly from: number;
  readonly to: number;
  /** `null`: no answer, or none with a label. */
  readonly label: string | null;
  /** The release that is marked as verified; `null` for none. */
  readonly verified: string | null;
}

await Promise.all(
  NODES.map(async ({ name, address }, i) => {
    for (;;) {
      const from = now();
      const answer = await query({ host: address, port: 53 }, NAME, TXT, {
        transport: 'udp',
        timeoutMs: 300,
        attempts: 1,
      });
      const rdata = answer.kind === 'answer' ? answer.message.answers[0]?.rdata : undefined;
      const label = rdata === undefined ? null : rdata.slice(1);
      const verified = marked(`${roots[i]}/verified`);
      const look: Look = { node: name, from, to: now(), label, verified };
      appendFileSync(out, `${JSON.stringify(look)}\n`);
      await pause(40);
    }
  }),
);

function marked(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
