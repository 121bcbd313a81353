import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A small generator of pseudo-random numbers (mulberry32), so that every run has the same inputs. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** One name of a made-up zone. */
interface MadeName {
  readonly label: string;
  readonly sets: readonly { readonly type: string; readonly values: readonly string[] }[];
}

/**
 * The names of a made-up zone: hosts with addresses, some with both families, mail, services, texts and aliases, in the
 * proportions of a hoster's zone; 1.85 records a name on average.
 */
export function* madeNames(count: number, seed: number): Generator<MadeName> {
  const next = random(seed);
  const ip4 = (): string => `198.51.${Math.floor(next() * 256)}.${Math.floor(next() * 127) * 2 + 2}`;
  const ip6 = (): string =>
    `2001:db8:${Math.floor(next() * 65535).toString(16)}::${(Math.floor(next() * 65534) + 1).toString(16)}`;
  for (let i = 0; i < count; i++) {
    const kind = next();
    const label = `${kind < 0.05 ? '_acme-challenge.' : ''}host-${i.toString(36)}${kind > 0.9 ? '.dept' : ''}`;
    if (kind < 0.05)
      yield { label, sets: [{ type: 'TXT', values: [`token-${Math.floor(next() * 1e9).toString(36)}`] }] };
    else if (kind < 0.15) yield { label, sets: [{ type: 'CNAME', values: ['www'] }] };
    else if (kind < 0.45) yield { label, sets: [{ type: 'A', values: [ip4()] }] };
    else if (kind < 0.85)
      yield {
        label,
        sets: [
          { type: 'A', values: [ip4()] },
          { type: 'AAAA', values: [ip6()] },
        ],
      };
    else if (kind < 0.95)
      yield {
        label,
        sets: [
          { type: 'A', values: twoOf(ip4()) },
          { type: 'AAAA', values: [ip6()] },
          { type: 'MX', values: ['10 mail'] },
        ],
      };
    else
      yield {
        label,
        sets: [
          { type: 'A', values: [ip4()] },
          { type: 'TXT', values: [`v=spf1 ip4:${ip4()} -all`] },
          { type: 'SSHFP', values: [`4 2 ${hex(next, 64)}`] },
        ],
      };
  }
}

/** An address and its neighbour: two values that differ. */
function twoOf(address: string): string[] {
  return [address, address.replace(/\d+$/, (last) => String(Number(last) - 1))];
}

function hex(next: () => number, digits: number): string {
  let text = '';
  for (let i = 0; i < digits; i++) text += Math.floor(next() * 16).toString(16);
  return text;
}

/** Writes a file piece by piece: a million records are not held in one string. */
export function writeFile(path: string, pieces: Iterable<string>): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  let buffer = '';
  for (const piece of pieces) {
    buffer += piece;
    if (buffer.length > 1 << 20) {
      writeSync(file, buffer);
      buffer = '';
    }
  }
  writeSync(file, buffer);
  closeSync(file);
}

/** A zone document in canonical layout. */
export function* zoneDocument(names: Iterable<MadeName>, sub: string): Generator<string> {
  yield `ttl: 1h\nsoa: { primary: ns1.${sub}., contact: hostmaster.${sub}. }\nrecords:\n`;
  yield '  "@":\n    NS: [ns1, ns2]\n  ns1: { A: 198.51.100.1 }\n  ns2: { A: 198.51.100.2 }\n';
  yield '  www: { A: 198.51.100.3 }\n  mail: { A: 198.51.100.4 }\n';
  for (const { label, sets } of names) {
    const [first] = sets;
    if (sets.length === 1 && first?.values.length === 1) {
      yield `  ${label}: { ${first.type}: ${first.values[0]} }\n`;
      continue;
    }
    yield `  ${label}:\n`;
    for (const { type, values } of sets)
      yield `    ${type}: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`}\n`;
  }
}

/** The same zone as a master file. */
export function* masterFile(names: Iterable<MadeName>, zone: string): Generator<string> {
  yield `$ORIGIN ${zone}.\n$TTL 3600\n@ SOA ns1 hostmaster 1 14400 3600 1209600 3600\n@ NS ns1\n@ NS ns2\n`;
  yield 'ns1 A 198.51.100.1\nns2 A 198.51.100.2\nwww A 198.51.100.3\nmail A 198.51.100.4\n';
  for (const { label, sets } of names) {
    for (const { type, values } of sets) {
      for (const value of values) yield `${label} ${type} ${type === 'TXT' ? `"${value}"` : value}\n`;
    }
  }
}

/** The same zone as octoDNS reads it. */
export function* octodnsDocument(names: Iterable<MadeName>): Generator<string> {
  yield "---\n'':\n  type: NS\n  values: [ns1.example.com., ns2.example.com.]\n";
  yield 'ns1: {type: A, value: 198.51.100.1}\nns2: {type: A, value: 198.51.100.2}\nwww: {type: A, value: 198.51.100.3}\nmail: {type: A, value: 198.51.100.4}\n';
  for (const { label, sets } of names) {
    yield `${label}:\n`;
    for (const { type, values } of sets) yield `- ttl: 3600\n  type: ${type}\n${octodnsValues(type, values)}`;
  }
}

function octodnsValues(type: string, values: readonly string[]): string {
  const one = values[0] as string;
  if (type === 'MX') return '  values:\n  - {preference: 10, exchange: mail.example.com.}\n';
  if (type === 'CNAME') return '  value: www.example.com.\n';
  if (type === 'SSHFP') {
    const [algorithm, kind, fingerprint] = one.split(' ');
    return `  values:\n  - {algorithm: ${algorithm}, fingerprint_type: ${kind}, fingerprint: '${fingerprint}'}\n`;
  }
  return values.length === 1 ? `  value: "${one}"\n` : `  values: [${values.join(', ')}]\n`;
}
