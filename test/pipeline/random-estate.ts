import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stream of numbers that is the same for the same seed. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const ZONES = [
  'example.com',
  'sub.example.com',
  'deep.sub.example.com',
  'example.net',
  'hosting.example',
  '100.51.198.in-addr.arpa',
];
const TARGETS = [
  'www.example.com.',
  'web.example.net.',
  'a.hosting.example.',
  'host.sub.example.com.',
  'x.deep.sub.example.com.',
];

/** An error that random estates have most of the time. */
const CHECKS = 'checks: { delegation-missing: warning }\n';

/** A change of an estate: files by their paths; `undefined` removes one. */
export type Change = Record<string, string | undefined>;

/** The estate that all begins with. */
export function firstEstate(next: (below: number) => number): Change {
  const zones = ZONES.map((name) => [`zones/${name}.yaml`, zoneText(name, next)]);
  return {
    'zonewright.yaml': CHECKS,
    'nodes.yaml': 'nodes:\n  n1: { web: true, probe: { address: 198.51.100.1 } }\n  n2: {}\n',
    'templates/mail.yaml': 'records:\n  "@": { MX: 10 mx0.example.net. }\n',
    ...Object.fromEntries(zones),
  };
}

/**
 * Changes of a small estate in which zones refer to each other in every way that there is: delegations and glue, addresses and
 * PTR, ALIAS chains over zones, templates, configuration, proxied and pinned values, redirects and what web nodes are told. Most states can be released.
 */
export function randomChange(next: (below: number) => number): Change {
  const pick = picker(next);
  const kind = next(32);
  if (kind === 0)
    return {
      'zonewright.yaml': `serial: ${pick(['unixtime', 'date'])}\ndefaults: { ttl: ${pick(['1h', '2h', '1d'])} }\n`,
    };
  if (kind === 1)
    return {
      'nodes.yaml':
        `nodes:\n  n1: { web: true, probe: { address: 198.51.100.${1 + next(3)} } }\n  n2: {}\n` +
        pick(['', 'collector: { asn: 64512, router_id: 192.0.2.1 }\nmonitoring: {}\n']),
    };
  if (kind === 30) return { 'web.yaml': `purge: { accounts: { alice: 192.0.2.${next(3)} } }\n` };
  if (kind === 31) return { 'web.yaml': undefined };
  if (kind === 2) return { 'templates/mail.yaml': `records:\n  "@": { MX: 10 mx${next(3)}.example.net. }\n` };
  const name = pick(ZONES);
  const path = `zones/${name}.yaml`;
  if (kind === 3) return { [path]: undefined };
  const nested = `zones/moved/${name}.yaml`;
  if (kind === 4) return { [path]: undefined, [nested]: zoneText(name, next) };
  return { [path]: zoneText(name, next), [nested]: undefined };
}

function picker(next: (below: number) => number): <T>(list: readonly T[]) => T {
  return (list) => list[next(list.length)] as never;
}

function zoneText(name: string, next: (below: number) => number): string {
  const pick = picker(next);
  const lines = [
    `# version ${next(4)}`,
    ...(next(3) === 0 ? ['use: [mail]'] : []),
    ...(next(3) === 0 ? ['owners: [alice]'] : []),
    ...(next(6) === 0 ? [`ttl: ${pick(['5m', '3h'])}`] : []),
    'soa: { primary: ns1.example.net., contact: hostmaster@example.net }',
    'records:',
    '  "@": { NS: [ns1.example.net., ns2.example.org.] }',
  ];
  if (name.endsWith('arpa')) {
    for (let i = 1; i <= 3; i++) lines.push(`  ${i}: { PTR: ${pick(TARGETS)} }`);
    return `${lines.join('\n')}\n`;
  }
  if (name === 'example.net') lines.push(`  ns1: { A: 198.51.100.${1 + next(4)} }`);
  if (name === 'example.com' && next(2) === 0) lines.push('  sub: { NS: [ns1.example.net., ns2.example.org.] }');
  if (name === 'sub.example.com' && next(2) === 0) lines.push('  deep: { NS: [ns1.example.net., ns2.example.org.] }');
  for (const label of ['www', 'web', 'a', 'host', 'x']) {
    const kind = next(25);
    if (kind < 2)
      lines.push(`  ${label}: { A: [198.51.100.9, { value: 198.51.100.10, nodes: [${pick(['n1', 'n2'])}] }] }`);
    else if (kind === 4) lines.push(`  ${label}: { CNAME: ${pick(TARGETS)} }`);
    else if (kind === 5) lines.push(`  ${label}: { ALIAS: ${pick(TARGETS)} }`);
    else if (kind === 7) lines.push(`  ${label}: { A: { value: 203.0.113.5, proxied: true } }`);
    else if (kind === 8) lines.push(`  ${label}: { REDIRECT: 301 https://${pick(TARGETS).slice(0, -1)}/${next(3)} }`);
    else lines.push(`  ${label}: { A: 198.51.100.${1 + next(4)} }`);
  }
  if (next(5) === 0) lines.push('  "*.any": { A: 198.51.100.77 }');
  return `${lines.join('\n')}\n`;
}

/** Every file below a folder with its content. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
