import type { DomainName } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { targetsOf } from '../targets.ts';

/** What there is to see in a name, as bits. */
export const trait = {
  /** An underscore anywhere. */
  underscore: 1,
  /** A label that begins with an underscore: the name of a service or attribute, not of a host (RFC 8552). */
  underscoreFirst: 2,
  /** What no host name has, an underscore and a leading asterisk label left aside (RFC 1123 section 2.1). */
  notHost: 4,
  /** `--` as third and fourth character of a label that is no A-label (RFC 5890 section 2.3.1). */
  reserved: 8,
  /** A label that begins with `xn--`. */
  aLabel: 16,
  /** A label that holds an asterisk and something else. */
  asteriskInLabel: 32,
  /** An asterisk label that is not the first. */
  innerAsterisk: 64,
  /** A left-most asterisk label: a wildcard. */
  wildcard: 128,
} as const;

let lastName: string = '';
let lastTraits = 0;

/** The {@link trait} bits of a name, found in one pass over it. Every check of an owner asks in turn: the last is kept. */
export function traitsOf(name: DomainName): number {
  if (name === lastName) return lastTraits;
  let traits = 0;
  let start = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if ((c >= 97 && c <= 122) || isDigit(c)) continue;
    if (c === HYPHEN) {
      if (i === start || name.charCodeAt(i + 1) === DOT) traits |= trait.notHost;
      if (i === start + 3 && name.charCodeAt(i - 1) === HYPHEN) {
        const prefixed = name.charCodeAt(start) === 120 && name.charCodeAt(start + 1) === 110;
        traits |= prefixed ? trait.aLabel : trait.reserved;
      }
    } else if (c === DOT) {
      start = i + 1;
    } else if (c === UNDERSCORE) {
      traits |= i === start ? trait.underscore | trait.underscoreFirst : trait.underscore;
    } else if (c === ASTERISK) {
      if (i !== start || name.charCodeAt(i + 1) !== DOT) traits |= trait.asteriskInLabel | trait.notHost;
      else traits |= start > 0 ? trait.innerAsterisk | trait.notHost : trait.wildcard;
    } else {
      traits |= trait.notHost;
      if (c === BACKSLASH) {
        // Three digits or one character stand for one octet; the label's beginning is moved, so that places are in octets.
        const more = isDigit(name.charCodeAt(i + 1)) ? 3 : 1;
        i += more;
        start += more;
      }
    }
  }
  lastName = name;
  lastTraits = traits;
  return traits;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

let lastRRset: RRset | undefined;
let lastOfTargets = 0;

/** The bits of all targets of an RRset together: where one is not there, no target has it. */
export function traitsOfTargets(rrset: RRset): number {
  if (rrset === lastRRset) return lastOfTargets;
  let traits = 0;
  for (const target of targetsOf(rrset)) traits |= traitsOf(target);
  lastRRset = rrset;
  lastOfTargets = traits;
  return traits;
}

const [HYPHEN, DOT, UNDERSCORE, ASTERISK, BACKSLASH] = [45, 46, 95, 42, 92];
