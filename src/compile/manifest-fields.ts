import { type DomainName, parseName } from '../dns/name.ts';

/** What is thrown where a manifest is wrong: one sentence for the user. */
export class ManifestError extends Error {
  /** Whether the manifest may be as it should be, but of a later program. */
  readonly isLater: boolean;

  constructor(message: string, isLater = false) {
    super(message);
    this.name = 'ManifestError';
    this.isLater = isLater;
  }
}

/** Reads JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestError('it is not JSON');
  }
}

/** A value that has to be a map; like all below, throws a ManifestError that names it where it is not. */
export function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ManifestError(`${what} is not a map`);
}

/** A value that has to be a list. */
export function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ManifestError(`${what} is not a list`);
}

/** A value that has to be a text, of a form where one is given. */
export function string(value: unknown, what: string, form?: RegExp): string {
  if (typeof value === 'string' && (form === undefined || form.test(value))) return value;
  throw new ManifestError(`${what} is missing or malformed`);
}

/** A text of a form, or null. */
export function nullable(value: unknown, what: string, form: RegExp): string | null {
  return value === null ? null : string(value, what, form);
}

/** A value that has to be a whole number from 0 on. */
export function whole(value: unknown, what: string, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ManifestError(`${what} is not a number in its range`);
}

/** The name of a zone in the one way in which it is spelt. */
export function readApex(name: string): DomainName {
  let apex: DomainName;
  try {
    apex = parseName(name);
  } catch {
    throw new ManifestError('the name of a zone is not a domain name');
  }
  if (apex !== name) throw new ManifestError(`the zone ${apex} is spelt otherwise`);
  return apex;
}
