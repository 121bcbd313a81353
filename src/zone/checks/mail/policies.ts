import type { DomainName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Zone } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import { textsOf } from '../text/texts.ts';
import { isDmarc } from './dmarc.ts';
import { isSpf } from './spf.ts';

/** Whether a name has a DMARC record in its own zone, or something in its place that may lead to one. */
export function hasDmarc(zone: Zone, name: DomainName): boolean {
  const owner = (name === '.' ? '_dmarc.' : `_dmarc.${name}`) as DomainName;
  return findRRset(zone, owner, CNAME.code) !== undefined || hasText(zone, owner, isDmarc);
}

/** Whether a name has an SPF record in its own zone. */
export function hasSpf(zone: Zone, name: DomainName): boolean {
  return hasText(zone, name, isSpf);
}

function hasText(zone: Zone, owner: DomainName, wanted: (text: string) => boolean): boolean {
  if (zone.unreadable?.has(owner) === true) return true;
  const txt = findRRset(zone, owner, TXT.code);
  return txt !== undefined && textsOf(txt).some(wanted);
}
