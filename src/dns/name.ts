import { charClass, escapeLabel, readEscape, SPECIAL, UPPER } from './escape.ts';
import { DnsSyntaxError, quoted } from './fault.ts';
import { toALabel } from './idn.ts';
import type { Octets } from './octets.ts';

export { escapeLabel, readEscape } from './escape.ts';
export { displayName, toALabel } from './idn.ts';

declare const nameBrand: unique symbol;

/**
 * A checked domain name: absolute, lower-case, in presentation form with one spelling for every name, ending in a dot.
 *
 * Letters, digits, `-`, `_`, `*` and `/` stand for themselves, other printable ASCII characters stand behind a backslash
 * (`\.`), and `#`, `[`, `\` and octets that are not printable are `\DDD` (RFC 1035 section 5.1): the spelling that BIND,
 * Knot and NSD all read. So two names are the same name exactly when the strings are equal (RFC 4343). The root is `.`.
 */
export type DomainName = string & { readonly [nameBrand]: true };

/** The root of the name space. */
export const ROOT = '.' as DomainName;

const MAX_WIRE = 255;
const MAX_LABEL = 63;
const DOT = 46;
const BACKSLASH = 92;

/**
 * Reads a name as it is written in a master file or a zone document.
 *
 * A name without a final dot is relative to `origin`; `@` is the origin itself. Escapes are those of RFC 1035 section 5.1
 * (`\.`, `\046`); labels with characters outside ASCII are taken as U-labels and become A-labels (UTS 46, non-transitional).
 * Throws {@link DnsSyntaxError} for an empty label, a label over 63 octets, a name over 255, a bad escape, white space, or
 * a relative name where there is no origin.
 *
 * @example parseName('www', parseName('Example.com.')) // 'www.example.com.'
 */
export function parseName(text: string, origin?: DomainName): DomainName {
  const length = text.length;
  if (length === 1) {
    if (text === '@') return origin ?? noOrigin(text);
    if (text === '.') return ROOT;
  }
  let labelStart = 0;
  let upper = false;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (i === labelStart || i - labelStart > MAX_LABEL) return parseNameSlowly(text, origin);
      labelStart = i + 1;
    } else {
      const kind = c < 128 ? charClass[c] : SPECIAL;
      if (kind === SPECIAL) return parseNameSlowly(text, origin);
      if (kind === UPPER) upper = true;
    }
  }
  if (length === 0 || length - labelStart > MAX_LABEL) return parseNameSlowly(text, origin);
  const lower = upper ? text.toLowerCase() : text;
  if (labelStart === length) {
    if (length >= MAX_WIRE) tooLong(text);
    return lower as DomainName;
  }
  if (origin === undefined) return noOrigin(text);
  if (origin === ROOT) {
    if (length + 1 >= MAX_WIRE) tooLong(text);
    return `${lower}.` as DomainName;
  }
  if (length + 1 + origin.length >= MAX_WIRE && length + 1 + nameWireLength(origin) > MAX_WIRE) tooLong(text);
  if (origin !== lastOrigin) {
    lastOrigin = origin;
    suffix = `.${origin}`;
  }
  return (lower + suffix) as DomainName;
}

// One origin is asked for over and over; with its dot put before it once, each name is made of two parts, not of three.
let lastOrigin: DomainName | undefined;
let suffix = '';

function parseNameSlowly(text: string, origin: DomainName | undefined): DomainName {
  return nameFromLabels(splitLabels(text, origin));
}

/**
 * Reads a name like {@link parseName} into uncompressed wire form, keeping the case in which it was written.
 * For names inside rdata, which answers give back as the operator typed them.
 */
export function nameToWire(text: string, origin?: DomainName): Octets {
  if (text === '.') return '\0' as Octets;
  if (text === '@') return domainToWire(origin ?? noOrigin(text));
  const length = text.length;
  if (length === 0 || length > MAX_WIRE) return labelsToWire(splitLabels(text, origin));
  let labelStart = 0;
  for (let i = 0; i < length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      const labelLength = i - labelStart;
      if (labelLength === 0 || labelLength > MAX_LABEL) return labelsToWire(splitLabels(text, origin));
      scratch[labelStart] = labelLength;
      labelStart = i + 1;
    } else if (c > 127 || charClass[c] === SPECIAL) {
      return labelsToWire(splitLabels(text, origin));
    } else {
      scratch[i + 1] = c;
    }
  }
  const rest = length - labelStart;
  if (rest > MAX_LABEL) return labelsToWire(splitLabels(text, origin));
  scratch[labelStart] = rest;
  let size = labelStart + 1;
  if (rest > 0) size = length + 1 + append(domainToWire(origin ?? noOrigin(text)), length + 1);
  if (size > MAX_WIRE) tooLong(text);
  return scratch.toString('latin1', 0, size) as Octets;
}

/**
 * Where names are put together: a text built piece by piece with `+` is a tree of its pieces, which takes several times the
 * memory of the text until somebody looks into it.
 */
const scratch = Buffer.alloc(2 * MAX_WIRE + 2);

/** Puts octets behind the first `at` of `scratch`; gives how many. */
function append(octets: string, at: number): number {
  const { length } = octets;
  for (let i = 0; i < length; i++) scratch[at + i] = octets.charCodeAt(i);
  return length;
}

const wireOfOrigin = new Map<DomainName, Octets>();

/** The uncompressed wire form of a checked name. */
export function domainToWire(name: DomainName): Octets {
  const known = wireOfOrigin.get(name);
  if (known !== undefined) return known;
  const wire = labelsToWire(labelsOf(name));
  // Callers ask for the same few origins over and over; a bounded memory of them is all that is worth keeping.
  if (wireOfOrigin.size >= 64) wireOfOrigin.clear();
  wireOfOrigin.set(name, wire);
  return wire;
}

/** The labels of a checked name, left to right, each as raw octets without escapes; none for the root. */
export function labelsOf(name: DomainName): string[] {
  if (name === ROOT) return [];
  if (!name.includes('\\')) return name.slice(0, -1).split('.');
  return splitLabels(name, undefined);
}

/** Puts raw labels (octets without escapes, any case) together to a checked name. Throws where they are too long. */
export function nameFromLabels(labels: readonly string[]): DomainName {
  if (labels.length === 0) return ROOT;
  let name = '';
  let wire = 1;
  for (const label of labels) {
    wire += label.length + 1;
    name += `${escapeLabel(label.toLowerCase() === label ? label : lowerAscii(label))}.`;
  }
  if (wire > MAX_WIRE) tooLong(name);
  return name as DomainName;
}

/** Where the uncompressed name that starts at `at` ends (the offset after its root label). Throws where it is cut off. */
export function wireNameEnd(from: string, at: number, limit: number): number {
  let pos = at;
  for (;;) {
    const length = pos < limit ? from.charCodeAt(pos) : MAX_WIRE;
    if (length > MAX_LABEL || pos + 1 + length > limit || pos + 1 + length - at > MAX_WIRE) {
      throw new DnsSyntaxError('the name in the rdata is cut off or too long', 'check where the data comes from');
    }
    pos += 1 + length;
    if (length === 0) return pos;
  }
}

/** The presentation form of an uncompressed wire name, case kept, absolute. `at` must stand on a checked name. */
export function wireNameToText(from: string, at: number): string {
  let length = from.charCodeAt(at);
  if (length === 0) return '.';
  let text = '';
  let pos = at;
  while (length !== 0) {
    text += `${escapeLabel(from.slice(pos + 1, pos + 1 + length))}.`;
    pos += 1 + length;
    length = from.charCodeAt(pos);
  }
  return text;
}

/** The checked name of an uncompressed wire name. */
export function wireNameToDomain(from: string, at: number): DomainName {
  const text = wireNameToText(from, at);
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 65 && c <= 90) return lowerAscii(text) as DomainName;
  }
  return text as DomainName;
}

/** The number of octets of the name on the wire, root label included. */
export function nameWireLength(name: DomainName): number {
  if (name === ROOT) return 1;
  if (!name.includes('\\')) return name.length + 1;
  return labelsOf(name).reduce((sum, label) => sum + label.length + 1, 1);
}

/** The name without its left-most label; `undefined` for the root. */
export function parentName(name: DomainName): DomainName | undefined {
  if (name === ROOT) return undefined;
  const dot = firstDot(name);
  return dot === name.length - 1 ? ROOT : (name.slice(dot + 1) as DomainName);
}

/** The left-most label in presentation form; an empty string for the root. */
export function firstLabel(name: DomainName): string {
  return name === ROOT ? '' : name.slice(0, firstDot(name));
}

function firstDot(name: string): number {
  const dot = name.indexOf('.');
  if (dot === 0 || name.charCodeAt(dot - 1) !== BACKSLASH) return dot;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === DOT) return i;
  }
  return name.length - 1;
}

/** The number of labels, the root not counted; a wildcard's `*` is counted. */
export function labelCount(name: DomainName): number {
  if (name === ROOT) return 0;
  let count = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === DOT) count++;
  }
  return count;
}

/** Whether `name` is `ancestor` or below it. */
export function isAtOrBelow(name: DomainName, ancestor: DomainName): boolean {
  if (ancestor === ROOT) return true;
  if (!name.endsWith(ancestor)) return false;
  const rest = name.length - ancestor.length;
  if (rest === 0) return true;
  if (name.charCodeAt(rest - 1) !== DOT) return false;
  // "a\.example.com." ends in ".example.com." as a string, though its first label holds the dot.
  let backslashes = 0;
  for (let i = rest - 2; i >= 0 && name.charCodeAt(i) === BACKSLASH; i--) backslashes++;
  return backslashes % 2 === 0;
}

/** Whether `name` is strictly below `ancestor`. */
export function isBelow(name: DomainName, ancestor: DomainName): boolean {
  return name.length !== ancestor.length && isAtOrBelow(name, ancestor);
}

/** Whether the left-most label is the asterisk label (RFC 4592 section 2.1.1). */
export function isWildcard(name: DomainName): boolean {
  return name.charCodeAt(0) === 42 && name.charCodeAt(1) === DOT;
}

/** The name as written in a zone whose apex is `origin`: `@` for the apex, relative below it, else absolute. */
export function relativeName(name: DomainName, origin: DomainName): string {
  if (name === origin) return '@';
  if (!isBelow(name, origin)) return name;
  return origin === ROOT ? name.slice(0, -1) : name.slice(0, -origin.length - 1);
}

/**
 * A string that orders names canonically (RFC 4034 section 6.1) when compared with `<`: the labels from the right, each
 * ended by an octet that sorts before all others.
 */
export function canonicalKey(name: DomainName): string {
  if (!name.includes('\\')) {
    const labels = name.split('.');
    let key = '';
    for (let i = labels.length - 2; i >= 0; i--) key += `${labels[i]}\0`;
    return key;
  }
  let key = '';
  // Octets 0 and 1 inside a label are spelt with two units so that the terminator stays the smallest.
  for (const label of labelsOf(name).reverse())
    key += `${label.replace(/[\0\x01]/g, (c) => `\x01${c === '\0' ? '\x01' : '\x02'}`)}\0`;
  return key;
}

/** Canonical order of two names (RFC 4034 section 6.1): negative, zero or positive. */
export function compareNames(a: DomainName, b: DomainName): number {
  if (a === b) return 0;
  return canonicalKey(a) < canonicalKey(b) ? -1 : 1;
}

function splitLabels(text: string, origin: DomainName | undefined): string[] {
  if (text === '')
    throw new DnsSyntaxError('a name is empty', 'write a name, or "@" for the zone itself', 'name-syntax');
  const labels: string[] = [];
  let label = '';
  let unicode = false;
  let raw = false;
  let final = false;
  const push = (): void => {
    if (label === '')
      throw new DnsSyntaxError(`${quoted(text)} has an empty label`, 'remove the extra dot', 'empty-label');
    const done = unicode ? (raw ? undefined : toALabel(label)) : label;
    if (done === undefined) {
      throw new DnsSyntaxError(
        `${quoted(label)} cannot be written as an internationalised label`,
        'write the label in letters that IDNA allows, or its A-label (xn--...)',
        'idn-label',
      );
    }
    if (done.length > MAX_LABEL) {
      throw new DnsSyntaxError(
        `the label ${quoted(label)} has ${done.length} octets`,
        'use at most 63 octets between two dots',
        'label-length',
      );
    }
    labels.push(done);
    label = '';
    unicode = false;
    raw = false;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    final = false;
    if (c === DOT) {
      push();
      final = true;
    } else if (c === BACKSLASH) {
      const found = readEscape(text, i);
      label += found.octet;
      if (found.octet.charCodeAt(0) > 127) raw = true;
      i += found.length - 1;
    } else if (c <= 0x20 || c === 0x7f) {
      throw new DnsSyntaxError(
        `the name ${quoted(text)} contains white space or a control character`,
        'remove it, or write it as \\DDD if it is really meant',
        'name-whitespace',
      );
    } else {
      if (c > 127) unicode = true;
      label += text[i];
    }
  }
  if (!final) {
    push();
    if (origin === undefined) return noOrigin(text);
    labels.push(...labelsOf(origin));
  }
  if (labels.reduce((sum, each) => sum + each.length + 1, 1) > MAX_WIRE) tooLong(text);
  return labels;
}

function labelsToWire(labels: readonly string[]): Octets {
  let wire = '';
  for (const label of labels) wire += String.fromCharCode(label.length) + label;
  return `${wire}\0` as Octets;
}

/** Lower-cases ASCII letters only: octets above 127 are not text and stay as they are. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
}

function noOrigin(text: string): never {
  throw new DnsSyntaxError(
    `${quoted(text)} has no final dot and there is no origin`,
    'end the name with a dot',
    'name-syntax',
  );
}

function tooLong(text: string): never {
  throw new DnsSyntaxError(
    `the name ${quoted(text)} is longer than 255 octets`,
    'shorten it: 255 octets with all length octets is the limit',
    'name-length',
  );
}
