import type { DomainName } from '../../dns/name.ts';
import { labelsOf } from '../../dns/name.ts';

/** RFC 9110 section 4.2.3 leaves the form to DNS: letters, digits and hyphens (RFC 952), and the `_` that browsers take too. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/;

/**
 * A name as web servers and browsers write it, without the final dot; a first label `*` stays. `undefined` where no browser
 * can ask for it. Nothing but letters, digits, `-`, `_`, `.` and that `*` is in it: nothing ends a string, a pattern needs
 * only its dots escaped.
 */
export function hostOf(name: DomainName): string | undefined {
  const [first, ...rest] = labelsOf(name);
  if (first === undefined || (first === '*' ? rest.length === 0 : !LABEL.test(first))) return undefined;
  return rest.every((label) => LABEL.test(label)) ? [first, ...rest].join('.') : undefined;
}
