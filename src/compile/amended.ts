import type { DomainName } from '../dns/name.ts';
import type { CheckMemory } from '../zone/checks/memory.ts';
import { recheckZone } from '../zone/checks/recheck.ts';
import type { DeclaredRRset } from '../zone/zone.ts';
import { compileZone } from './compile.ts';
import { type AmendableOrder, orderAmended, orderZone } from './content.ts';
import type { EvaluatedZone, ZoneWork } from './evaluate.ts';
import type { ZoneFacts } from './facts.ts';
import type { Inventory } from './inventory.ts';
import { joinLogs, withLog } from './questions.ts';
import { contentState } from './serial/past.ts';

/** What is kept of a zone that was evaluated, for when a few of its owners change. */
export interface KeptZone {
  readonly memory: CheckMemory;
  readonly facts: ZoneFacts;
  readonly inventory: Inventory;
  readonly today: string;
  /** Its records in the order of its file, where it is to be released. */
  readonly order: AmendableOrder | undefined;
}

/**
 * Evaluates a zone whose document was amended: what `evaluateInSteps` gives, but only what the change reaches is looked at.
 * `undefined` where all has to be: where the zone before is not known well enough, or is one that hangs on more than its own
 * records.
 */
export function evaluateAmended(
  work: ZoneWork,
  apex: DomainName,
): { evaluated: EvaluatedZone; size: number } | undefined {
  if (work.kept === undefined) return undefined;
  const { project, options, estate, table, documents } = work;
  const document = documents.read(apex);
  const { zone, difference, id } = document;
  const kept = difference && work.kept(difference.before);
  if (zone === undefined || difference === undefined || kept === undefined) return undefined;
  const { memory, facts: before, inventory, today, order } = kept;
  if (inventory !== project.inventory || today !== options.today) return undefined;
  if (before.dependent || before.web !== undefined || before.nodes.length > 0) return undefined;
  if (zone.settings.dnssec === 'presigned' || difference.come.some((rrset) => rrset.options !== undefined))
    return undefined;
  const asking = withLog(estate, apex, table);
  const { limit } = options;
  const findings = recheckZone(zone, difference, asking.estate, {
    today,
    memory,
    ...(limit !== undefined && { limit }),
  });
  if (findings === undefined) return undefined;
  const inOrder = order && orderAmended(zone, order, difference);
  let content = inOrder?.ordered.content;
  const facts: ZoneFacts = {
    apex,
    path: project.zones.get(apex) as string,
    id,
    templates: before.templates,
    day: before.day,
    // Whoever only wants to know whether a change is good asks neither for this nor for the digest of all records.
    get source() {
      return document.source;
    },
    get state() {
      content ??= orderZone(compileZone(zone, estate, inventory).compiled).content;
      return contentState(zone, content);
    },
    records: before.records + count(difference.come) - count(difference.gone),
    nodes: [],
    dependent: false,
    web: undefined,
    findings,
    // Of what was asked before some may be of no interest any more.
    ...joinLogs(before, asking.log()),
  };
  const evaluated = { facts, zone, ordered: inOrder?.ordered, kept: { ...kept, facts, order: inOrder?.amendable } };
  return { evaluated, size: zone.source.text.length };
}

function count(rrsets: readonly DeclaredRRset[]): number {
  return rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0);
}
