import type { DomainName } from '../../../dns/name.ts';

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
    if ((c >= 97 && c <= 122) || (c >= 48 && c <= 57)) continue;
    if (c === HYPHEN) {
      if (i === start || name.charCodeAt(i + 1) === DOT) traits |= trait.notHost;
      else if (i === start + 3 && name.charCodeAt(i - 1) === HYPHEN) {
        const prefixed = name.charCodeAt(start) === 120 && name.charCodeAt(start + 1) === 110;
        traits |= prefixed ? trait.aLabel : trait.reserved;
      }
    } else if (c === DOT) {
      start = i + 1;
    } else if (c === UNDERSCORE) {
      traits |= i === start ? trait.underscore | trait.underscoreFirst : trait.underscore;
    } else if (c === ASTERISK) {
      if (i !== start || name.charCodeAt(i + 1) !== DOT) traits |= trait.asteriskInLabel | trait.notHost;
      else if (start > 0) traits |= trait.innerAsterisk | trait.notHost;
    } else {
      traits |= trait.notHost;
      if (c === BACKSLASH) i++;
    }
  }
  lastName = name;
  lastTraits = traits;
  return traits;
}

const [HYPHEN, DOT, UNDERSCORE, ASTERISK, BACKSLASH] = [45, 46, 95, 42, 92];
