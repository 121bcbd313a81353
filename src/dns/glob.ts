import type { DomainName } from './name.ts';
import { ROOT, toALabel } from './name.ts';

/** A checked pattern of zone names: lower-case, A-labels, without a final dot. */
export interface ZoneGlob {
  readonly pattern: string;
}

/**
 * Reads a pattern of zone names: `*` stands for any run of characters, dots included, `?` for one character, everything
 * else for itself in either case. So `*.example.com` is every zone below `example.com` at any depth, `*` every zone, `.`
 * the root. Labels in Unicode become A-labels; a final dot does not matter. `undefined` where the text is no such pattern.
 */
export function parseGlob(text: string): ZoneGlob | undefined {
  if (text === '.') return { pattern: '.' };
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare === '' || bare.length > 255) return undefined;
  const labels: string[] = [];
  for (const label of bare.split('.')) {
    const ascii = /[^\x00-\x7f]/.test(label) ? (/[*?]/.test(label) ? undefined : toALabel(label)) : label.toLowerCase();
    if (ascii === undefined || !/^[a-z0-9_*?/-]+$/.test(ascii)) return undefined;
    labels.push(ascii);
  }
  return { pattern: labels.join('.') };
}

/** Whether a zone's name is one of those that the pattern stands for. Takes time linear in name times pattern at worst. */
export function matchesGlob(glob: ZoneGlob, apex: DomainName): boolean {
  const { pattern } = glob;
  const name = apex === ROOT ? ROOT : apex.slice(0, -1);
  let p = 0;
  let n = 0;
  let star = -1;
  let starName = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      starName = n;
    } else if (p < pattern.length && (pattern[p] === name[n] || pattern[p] === '?')) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++starName;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
