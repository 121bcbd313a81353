import type { ZoneRRsets } from '../../../src/dns/master/collect.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { parseName, relativeName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { octets, toBuffer } from '../../../src/dns/octets.ts';
import { comparableRdata, rdataToText, typeName } from '../../../src/dns/rdata.ts';
import { runTool } from '../../setup/tools.ts';

export const APEX = parseName('example.com.');

/** What every zone needs to be loaded, so that a test can be about one line. */
export const START = '$TTL 300\n@ SOA ns.example.net. h.example.net. 1 2 3 4 5\n@ NS ns.example.net.\n';

/** The records, one a line, names of the zone relative and without case, in an order of their own. */
export function recordLines(rrsets: ZoneRRsets, apex: DomainName = APEX): string[] {
  const lines: string[] = [];
  for (const { owner, type, ttl, rdatas } of [...rrsets.values()].flat()) {
    for (const rdata of rdatas) {
      const data = rdataToText(type, comparableRdata(type, rdata), apex);
      lines.push(`${relativeName(owner, apex)} ${ttl} ${typeName(type)} ${data}`);
    }
  }
  return lines.sort();
}

/** What named makes of a zone: its records, or `undefined` where it refuses it. Its opinion on glue is not asked for. */
export async function namedReads(zone: Octets, apex: DomainName = APEX, cwd?: string): Promise<string[] | undefined> {
  const options = ['-i', 'none', '-k', 'ignore', '-n', 'ignore', '-m', 'ignore', '-q', '-s', 'full', '-o', '-'];
  const name = apex === '.' ? '.' : apex.slice(0, -1);
  const run = await runTool('named-compilezone', [...options, name, '-'], {
    input: toBuffer(zone),
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (run.status !== 0) return undefined;
  const back = readRRsets({ name: 'named', octets: octets(run.stdout) }, { apex });
  if (back.errors > 0) throw new Error(`named wrote what is not read: ${JSON.stringify(back.problems[0])}`);
  return recordLines(back.rrsets, apex);
}

/** Runs `check` for each item, a few at a time, and gives what it found wrong. */
export async function findFaults<T>(items: readonly T[], check: (item: T) => Promise<string | undefined>) {
  const faults: string[] = [];
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const fault = await check(item);
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return faults;
}
