import { domainToASCII, domainToUnicode } from 'node:url';
import type { DomainName } from './name.ts';

/** The name with its A-labels shown as U-labels, for people; a label that does not decode stays as it is. */
export function displayName(name: DomainName): string {
  if (!name.includes('xn--')) return name;
  return name
    .split('.')
    .map((label) => (label.startsWith('xn--') ? domainToUnicode(label) || label : label))
    .join('.');
}

/** The A-label of a label with characters outside ASCII; `undefined` where UTS 46 has none. */
export function toALabel(label: string): string | undefined {
  // What divides the parts of a URL would be cut off, not refused.
  if (/[\x00-\x2c./:-@[-^`{-\x7f]/.test(label)) return undefined;
  // The suffix keeps a label of digits from being read as an IPv4 address, which is what URL hosts allow.
  const ascii = domainToASCII(`${label}.a`);
  const result = ascii.endsWith('.a') ? ascii.slice(0, -2) : '';
  return result === '' || result.includes('.') ? undefined : result;
}
