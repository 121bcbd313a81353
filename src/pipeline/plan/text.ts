import { changedRdatas, type RRsetChange, type ZoneDelta } from '../../compile/plan/delta.ts';
import type { DnssecConsequence } from '../../compile/plan/dnssec.ts';
import type { Plan } from '../../compile/plan/plan.ts';
import { type DomainName, displayName, relativeName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataToText, typeName } from '../../dns/rdata.ts';
import { printTtl } from '../../dns/ttl.ts';
import { plural } from '../report/report.ts';
import type { Paint } from '../report/text.ts';

/** One line of a plan, and whether it goes, comes or stays. */
export interface PlanLine {
  readonly sign: '-' | '+' | ' ';
  readonly text: string;
}

/** The plan for people: a heading a zone, `-` and `+` lines of a master file, what stands in the way, and a summary. */
export function printPlan(plan: Plan, paint: Paint): string {
  const lines: string[] = [];
  for (const delta of plan.zones) {
    lines.push(paint.bold(zoneHeading(delta)));
    for (const { sign, text } of zoneLines(delta)) {
      const line = `  ${sign} ${text}`;
      lines.push(sign === '-' ? paint.red(line) : sign === '+' ? paint.green(line) : line);
    }
    lines.push('');
  }
  if (plan.dnssec.length > 0) {
    const { own, aside } = consequencesOf(plan);
    lines.push(paint.bold('DNSSEC'));
    for (const { zone, what, text, todo } of [...own, ...aside.slice(0, MOST_ASIDE)]) {
      const line = `  ${nameOf(zone)}: ${text}`;
      lines.push(what === 'fault' ? paint.red(line) : line);
      if (todo !== undefined) lines.push(`    ${paint.dim('to do:')} ${todo}`);
    }
    const more = aside.length - MOST_ASIDE;
    if (more > 0)
      lines.push(`  and ${more} more that other zones wait for, whatever changes here (zonewright keys status)`);
    lines.push('');
  }
  for (const { message, fix } of plan.blocks)
    lines.push(`${paint.red('blocked:')} ${message}`, `  ${paint.dim('fix:')} ${fix}`);
  lines.push(summarizePlan(plan));
  return `${lines.join('\n')}\n`;
}

/** So much of what zones wait for that do not change is said. */
const MOST_ASIDE = 10;

/** What a plan means for DNSSEC, and, aside, what zones that it does not change are waiting for anyway. */
export function consequencesOf({ zones, dnssec }: Plan): {
  readonly own: readonly DnssecConsequence[];
  readonly aside: readonly DnssecConsequence[];
} {
  const changed = new Set(zones.map(({ zone }) => zone));
  const isAside = ({ zone, what }: DnssecConsequence): boolean => what === 'waiting' && !changed.has(zone);
  return { own: dnssec.filter((each) => !isAside(each)), aside: dnssec.filter(isAside) };
}

/** `2 zones change: 1 record to delete, 3 to change, 10 to add`, or that nothing does. */
export function summarizePlan({ counts, blocks, dnssec }: Plan): string {
  if (counts.zones === 0) return dnssec.some(({ what }) => what !== 'waiting') ? 'no records change' : 'no changes';
  const blocked = blocks.length === 0 ? '' : `; ${plural(blocks.length, 'reason')} to stop`;
  const records = `${plural(counts.deleted, 'record')} to delete, ${counts.changed} to change, ${counts.added} to add`;
  return `${counts.zones === 1 ? '1 zone changes' : `${counts.zones} zones change`}: ${records}${blocked}`;
}

/** `example.com: 1 record to delete, 2 to add`. */
export function zoneHeading({ zone, node, kind, counts }: ZoneDelta): string {
  const said = { deleted: 'zone to delete', created: 'zone to create', changed: '' }[kind];
  const parts = [
    ...(said === '' ? [] : [said]),
    ...(counts.deleted > 0 ? [`${plural(counts.deleted, 'record')} to delete`] : []),
    ...(counts.changed > 0 ? [`${plural(counts.changed, 'record')} to change`] : []),
    ...(counts.added > 0 ? [`${plural(counts.added, 'record')} to add`] : []),
  ];
  const where = node === undefined ? '' : ` on ${node}`;
  return `${nameOf(zone)}${where}: ${parts.join(', ')}`;
}

/** A zone as headings name it: without the final dot. */
export function nameOf(zone: DomainName): string {
  return zone === '.' ? '.' : displayName(zone).slice(0, -1);
}

/** The lines of a zone, in the order of its changes. */
export function zoneLines(delta: ZoneDelta): PlanLine[] {
  return delta.changes.flatMap((change) => changeLines(delta.zone, change));
}

function changeLines(zone: DomainName, change: RRsetChange): PlanLine[] {
  const { gone, come, stay } = changedRdatas(change);
  const line = (
    sign: PlanLine['sign'],
    rrset: { owner: DomainName; ttl: number; type: number },
    rdata: Rdata,
  ): PlanLine => ({
    sign,
    text: `${relativeName(rrset.owner, zone)} ${printTtl(rrset.ttl)} ${typeName(rrset.type)} ${rdataToText(rrset.type, rdata, zone)}`,
  });
  if (change.kind === 'delete') return gone.map((rdata) => line('-', change.existing, rdata));
  if (change.kind === 'add') return come.map((rdata) => line('+', change.desired, rdata));
  const { existing, desired } = change;
  const sameTtl = existing.ttl === desired.ttl;
  const kept = sameTtl ? [] : stay;
  return [
    ...[...gone, ...kept].map((rdata) => line('-', existing, rdata)),
    ...[...kept, ...come].map((rdata) => line('+', desired, rdata)),
  ];
}
