import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { Waiver } from '../zone.ts';
import type { Document } from './document.ts';
import { ruleKeySchema, waiverKey } from './rule-ids.ts';
import { mapOf, type Placed, placed, scalarSetting } from './setting.ts';

/** Why a finding is accepted, and the last day on which it is. */
interface Reason {
  readonly reason: string;
  readonly until: string | undefined;
}

const reasonSetting = scalarSetting<Reason>((text) => parseReason(text), {
  type: ['string', 'number', 'boolean', 'null'],
});

/** `waive: { rule-id: "until 2027-03-01: reason" }`. */
export const waiversSetting = mapOf<Placed<Reason>>(placed(reasonSetting), waiverKey, ruleKeySchema);

/** Reads the waivers of one owner, or of the whole zone. */
export function readWaivers(document: Document, owner: DomainName, zoneWide: boolean, node: YamlNode): Waiver[] {
  const read = waiversSetting.read(node, document, 'waive');
  if (read === undefined) return [];
  return [...read].map(([rule, { value, span }]) => ({ rule, owner, zoneWide, ...value, span }));
}

/** Reads `until 2027-03-01: reason`, or a reason alone. Throws where the day does not exist or there is no reason. */
function parseReason(text: string): Reason {
  const dated = /^until\b\s*(\S*?)\s*(:|$)\s*/i.exec(text);
  if (dated === null) {
    if (/\p{L}/u.test(text)) return { reason: text.trim(), until: undefined };
    throw new DnsSyntaxError(
      `the waiver ${quoted(text)} gives no reason`,
      'write why the finding is accepted',
      'waiver-syntax',
    );
  }
  const until = dated[1] as string;
  const reason = text.slice(dated[0].length).trim();
  if (!isDay(until) || dated[2] === '' || !/\p{L}/u.test(reason)) {
    throw new DnsSyntaxError(
      `${quoted(text)} is not a day and a reason`,
      'write "until 2027-03-01: reason", with the last day on which the finding is accepted',
      'waiver-syntax',
    );
  }
  return { reason, until };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
