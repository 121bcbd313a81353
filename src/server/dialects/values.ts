import { DnsSyntaxError } from '../../dns/fault.ts';
import { type DomainName, isAtOrBelow, labelsOf, parseName, ROOT } from '../../dns/name.ts';
import { rdataFromText } from '../../dns/rdata.ts';
import { digestOfText } from '../../pipeline/origin/resolve.ts';
import type { RRsetView, ValueView } from '../../pipeline/origin/view.ts';
import { formOf } from '../../zone/document/form.ts';
import type { NewValue } from '../../zone/edit/change.ts';

/**
 * The owner that a client means: absolute with a final dot; `@` is the zone; a name that ends in the zone's own is that very
 * name, any other is relative to the zone. `undefined` where it is no name.
 */
export function ownerOf(text: string, zone: DomainName): DomainName | undefined {
  try {
    if (text === '@' || text.endsWith('.')) return parseName(text, zone);
    const absolute = parseName(`${text}.`);
    return isAtOrBelow(absolute, zone) ? absolute : parseName(text, zone);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

/**
 * The zone that a client names, with or without a final dot; `undefined` where it is none that could be registered or
 * delegated: letters, digits, `-`, `_`, and the `/` of RFC 2317.
 */
export function zoneNamed(text: string): DomainName | undefined {
  try {
    const zone = text === '' ? undefined : parseName(text.endsWith('.') ? text : `${text}.`);
    return zone !== undefined && labelsOf(zone).every((label) => LABEL.test(label)) ? zone : undefined;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_/-]*[a-z0-9_])?$/;

/**
 * A value as it was written, where that means the same in every zone; else with absolute names: who wrote `10 mail` in a
 * document is not misunderstood, and who sent a value gets the very same back.
 */
export function shownValue({ type }: RRsetView, { written, text, rdata }: ValueView): string {
  const form = formOf(type);
  if (rdata === undefined || form === undefined) return text;
  if (form.text || !form.cased) return written;
  try {
    return rdataFromText(form.code, written, ROOT) === rdata ? written : text;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return text;
    throw error;
  }
}

/** The value of an RRset that a text stands for, as the repository would read it. */
export function valueFor({ type, values }: RRsetView, text: string, zone: DomainName): ValueView | undefined {
  try {
    const wanted = digestOfText(zone, type, text);
    return values.find(({ digest }) => digest === wanted);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

/** A value for an order. One that is there already stays as the document spells it, with what stands beside it. */
export function standingValue(existing: RRsetView | undefined, text: string, zone: DomainName): NewValue {
  const value = existing && valueFor(existing, text, zone);
  if (value === undefined) return { text };
  return value.options === undefined ? { text: value.written } : { text: value.written, options: value.options };
}
