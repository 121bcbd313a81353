import type { DeclaredRRset } from '../../zone.ts';
import { settingSpan } from '../../zone.ts';
import type { Look } from '../check.ts';

/** What is wrong with a TTL; `undefined` where nothing is. */
type Judge = (ttl: number, look: Look) => string | undefined;

/** Judges the TTL that holds for all RRsets without one of their own, at the setting. */
export function judgeDefaultTtl(look: Look, judge: Judge): void {
  const fault = judge(look.zone.settings.ttl, look);
  if (fault === undefined) return;
  look.atSpan(settingSpan(look.zone, 'ttl'), { message: `the TTL of the zone ${fault}` });
}

/** Judges the TTL of an RRset, unless it is that of the zone, which is judged once. */
export function judgeTtl(rrset: DeclaredRRset, look: Look, judge: Judge): void {
  if (rrset.ttl === look.zone.settings.ttl) return;
  const fault = judge(rrset.ttl, look);
  if (fault !== undefined) look.at(rrset, undefined, { message: `the TTL ${fault}` });
}
