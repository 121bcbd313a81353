import { parseIpv4, parseIpv6 } from '../../../dns/fields/address.ts';

/** One term of an SPF record (RFC 7208 section 4.6.1). */
export interface SpfTerm {
  /** As it is written: `-ip4:192.0.2.0/24`. */
  readonly text: string;
  /** The mechanism or modifier, in lower case: `ip4`, `redirect`. */
  readonly name: string;
  /** What becomes of the sender where a mechanism matches; `undefined` for a modifier. */
  readonly qualifier: '+' | '-' | '~' | '?' | undefined;
  /** The domain that it names; `undefined` where it names none. */
  readonly domain: string | undefined;
  /** What is wrong with it, as the end of a sentence. */
  readonly fault: string | undefined;
}

/** Whether a text is an SPF record: it begins with the version and a space or nothing behind it (RFC 7208 section 4.5). */
export function isSpf(text: string): boolean {
  return (text.charCodeAt(0) | 32) === V && /^v=spf1( |$)/i.test(text);
}

const V = 118;

let lastRecord = '';
let lastTerms: readonly SpfTerm[] = [];

/** The terms of an SPF record. Several checks look at the same record one after the other, so the last is kept. */
export function spfTerms(record: string): readonly SpfTerm[] {
  if (record === lastRecord) return lastTerms;
  lastTerms = record
    .slice(6)
    .split(' ')
    .filter((text) => text !== '')
    .map(readTerm);
  lastRecord = record;
  return lastTerms;
}

/** The mechanisms that make a receiver look something up (RFC 7208 section 4.6.4), and where their domain may be left out. */
const mechanisms: ReadonlyMap<string, { readonly looksUp: boolean; readonly bare: boolean; readonly prefix: boolean }> =
  new Map([
    ['all', { looksUp: false, bare: true, prefix: false }],
    ['include', { looksUp: true, bare: false, prefix: false }],
    ['a', { looksUp: true, bare: true, prefix: true }],
    ['mx', { looksUp: true, bare: true, prefix: true }],
    ['ptr', { looksUp: true, bare: true, prefix: false }],
    ['exists', { looksUp: true, bare: false, prefix: false }],
    ['ip4', { looksUp: false, bare: false, prefix: true }],
    ['ip6', { looksUp: false, bare: false, prefix: true }],
  ]);

/** Whether a term costs the receiver a lookup. */
export function looksUp(term: SpfTerm): boolean {
  return term.name === 'redirect' || mechanisms.get(term.name)?.looksUp === true;
}

/** Whether a term has a macro in its domain, which only the receiver of a mail can replace (RFC 7208 section 7). */
export function hasMacro(term: SpfTerm): boolean {
  return term.domain?.includes('%') === true;
}

function readTerm(text: string): SpfTerm {
  const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(text);
  if (modifier !== null) return readModifier(text, (modifier[1] as string).toLowerCase(), modifier[2] as string);
  const found = /^([+?~-]?)([a-z0-9]*)(.*)$/is.exec(text) as RegExpExecArray;
  const [, sign, word, rest] = found as unknown as [string, string, string, string];
  const name = word.toLowerCase();
  const qualifier = (sign === '' ? '+' : sign) as NonNullable<SpfTerm['qualifier']>;
  const term = { text, name, qualifier, domain: undefined, fault: undefined };
  const form = mechanisms.get(name);
  if (form === undefined) return { ...term, fault: `is no mechanism${hintFor(name)}` };
  if (name === 'ip4' || name === 'ip6') return { ...term, fault: addressFault(name, rest) };
  const parts = /^(:.*?)?(\/\d+)?(\/\/\d+)?$/.exec(rest);
  const domain = parts?.[1]?.slice(1);
  if (parts === null) return { ...term, fault: `has ${JSON.stringify(rest)} behind "${word}", which means nothing` };
  if (name === 'all') return { ...term, fault: rest === '' ? undefined : 'takes nothing behind "all"' };
  const lengths = prefixFault(parts[2], parts[3]);
  if ((parts[2] ?? parts[3]) !== undefined && !form.prefix) return { ...term, domain, fault: 'takes no prefix length' };
  if (domain === undefined || domain === '') {
    const fault = domain === undefined && form.bare ? lengths : 'has no domain behind it';
    return { ...term, fault };
  }
  return { ...term, domain, fault: domainFault(domain) ?? lengths };
}

function readModifier(text: string, name: string, value: string): SpfTerm {
  const term = { text, name, qualifier: undefined, domain: value, fault: undefined };
  if (mechanisms.has(name)) return { ...term, fault: `has "=" behind "${name}" instead of ":"` };
  if (name !== 'redirect' && name !== 'exp') {
    return { ...term, domain: undefined, fault: macroFault(value) };
  }
  return { ...term, fault: value === '' ? 'has no domain behind it' : domainFault(value) };
}

function hintFor(name: string): string {
  if (name === 'ipv4' || name === 'ipv6') return `; write "ip${name.slice(3)}:"`;
  return name === 'ip' ? '; write "ip4:" or "ip6:"' : '';
}

function addressFault(name: 'ip4' | 'ip6', rest: string): string | undefined {
  const parts = /^:([^/]*)(?:\/(\d+))?$/.exec(rest);
  const [most, parse] = name === 'ip4' ? ([32, parseIpv4] as const) : ([128, parseIpv6] as const);
  const family = name === 'ip4' ? 'IPv4' : 'IPv6';
  if (parts === null) return `has no ${family} address, or a prefix length that is no number`;
  try {
    parse(parts[1] as string);
  } catch {
    return `has no ${family} address`;
  }
  return isPrefix(parts[2], most) ? undefined : `has a prefix length that is not from 0 to ${most}`;
}

function prefixFault(ipv4: string | undefined, ipv6: string | undefined): string | undefined {
  const right = isPrefix(ipv4?.slice(1), 32) && isPrefix(ipv6?.slice(2), 128);
  return right ? undefined : 'has a prefix length that is out of range';
}

function isPrefix(text: string | undefined, most: number): boolean {
  return text === undefined || (/^(0|[1-9]\d*)$/.test(text) && Number(text) <= most);
}

/** What is wrong with a `domain-spec` (RFC 7208 section 7.1). */
function domainFault(domain: string): string | undefined {
  const macro = macroFault(domain);
  if (macro !== undefined || domain.endsWith('}')) return macro;
  const name = domain.replace(/%\{[^}]*\}|%[%_-]/g, '');
  const other = /[^a-z0-9._/*-]/i.exec(name);
  if (other !== null) return `has ${JSON.stringify(other[0])} in its domain`;
  const top = name.replace(/\.$/, '').split('.').at(-1) as string;
  return /^[a-z0-9-]*[a-z][a-z0-9-]*$|^[a-z0-9]+-[a-z0-9-]*$/i.test(top)
    ? undefined
    : 'has no domain name where one belongs';
}

/** What is wrong with the macros of a text (RFC 7208 section 7.1). */
function macroFault(text: string): string | undefined {
  if (/[^\x21-\x7e]/.test(text)) return 'has a character that is not printable ASCII';
  const rest = text.replace(/%\{[slodiphcrtv]\d*r?[.+,/_=-]*\}|%[%_-]/gi, '');
  return rest.includes('%') ? 'has a "%" that begins no macro' : undefined;
}
