import type { DomainName } from './name.ts';
import { isAtOrBelow, parentName, ROOT } from './name.ts';

/** The ancestor of a name, or the name itself, that is one label longer than another ancestor (RFC 5155 section 1.3). */
export function nextCloser(name: DomainName, encloser: DomainName): DomainName {
  let at = name;
  for (let above = parentName(at); above !== undefined && above !== encloser; above = parentName(above)) at = above;
  return at;
}

/** The wildcard right below a name. */
export function wildcardBelow(name: DomainName): DomainName {
  return (name === ROOT ? '*.' : `*.${name}`) as DomainName;
}

/** The longest name that both names are at or below. */
export function commonAncestor(a: DomainName, b: DomainName): DomainName {
  let at = a;
  while (!isAtOrBelow(b, at)) at = parentName(at) as DomainName;
  return at;
}
