import { DnsSyntaxError, quoted } from '../fault.ts';
import { readU16, u16 } from '../octets.ts';
import { listOf, scalarText } from './structure.ts';
import type { ParamKind } from './svcvalues.ts';
import { alpn, bad, chunks, dohpath, ech, empty, groups, ipv4hint, ipv6hint, opaque, port } from './svcvalues.ts';

/** The keys in the list must be sorted in wire form; each must be there (RFC 9460 section 8). */
const mandatory: ParamKind = {
  parse: (text, key) => keyList(text.split(','), key),
  print: (value) =>
    chunks(value, 2)
      .map((part) => keyText(readU16(part, 0)))
      .join(','),
  encode: (data, key) =>
    keyList(
      listOf(data).map((part) => scalarText(part, key)),
      key,
    ),
  decode: (value) => chunks(value, 2).map((part) => keyName(readU16(part, 0))),
  valid: (value) =>
    value.length > 0 && value.length % 2 === 0 && isAscending(chunks(value, 2)) && readU16(value, 0) > 0,
  schema: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
};

function keyList(names: readonly string[], key: string): string {
  const codes = names.map(readKey).sort((a, b) => a - b);
  if (codes.length === 0 || codes[0] === 0) {
    bad(key, 'names itself or nothing', 'name the other keys that are mandatory');
  }
  if (new Set(codes).size < codes.length) bad(key, 'names a key twice', 'name each key once');
  return codes.map(u16).join('');
}

function isAscending(values: readonly string[]): boolean {
  return values.every((value, i) => i === 0 || (values[i - 1] as string) < value);
}

/** The keys of the IANA registry "Service Parameter Keys (SvcParamKeys)" that have a form of their own, by their codes. */
export const serviceKeys: readonly { readonly name: string; readonly kind: ParamKind }[] = [
  { name: 'mandatory', kind: mandatory },
  { name: 'alpn', kind: alpn },
  { name: 'no-default-alpn', kind: empty },
  { name: 'port', kind: port },
  { name: 'ipv4hint', kind: ipv4hint },
  { name: 'ech', kind: ech },
  { name: 'ipv6hint', kind: ipv6hint },
  { name: 'dohpath', kind: dohpath },
  { name: 'ohttp', kind: empty },
  { name: 'tls-supported-groups', kind: groups },
];

/** Whether every name server that knows SVCB reads a key by its name: those of RFC 9460. */
export function isNamedEverywhere(code: number): boolean {
  return code < 7;
}

/** The kind of value that a key has. */
export function kindOf(code: number): ParamKind {
  return serviceKeys[code]?.kind ?? opaque;
}

/** The name of a key: `alpn`, or `key65280` for one without. */
export function keyName(code: number): string {
  return serviceKeys[code]?.name ?? `key${code}`;
}

/** The key as it is printed, in the spelling that every name server reads. */
export function keyText(code: number): string {
  return isNamedEverywhere(code) ? keyName(code) : `key${code}`;
}

/** Whether a key is spelt by its number; its value is then the octets themselves (RFC 9460 section 2.1). */
export function isNumbered(name: string): boolean {
  return /^key[0-9]/.test(name);
}

/** The code of a key. Throws where it is none. */
export function readKey(text: string): number {
  const known = serviceKeys.findIndex((key) => key.name === text);
  if (known >= 0) return known;
  const code = /^key(0|[1-9][0-9]{0,4})$/.test(text) ? Number(text.slice(3)) : 65536;
  if (code < 65536) return code;
  throw new DnsSyntaxError(
    `${quoted(text)} is not a service parameter key`,
    `use ${serviceKeys.map((key) => key.name).join(', ')} or key and a number up to 65535`,
    'svcb-key',
  );
}
