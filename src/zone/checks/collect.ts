import type { DomainName } from '../../dns/name.ts';
import { displayName } from '../../dns/name.ts';
import { typeName } from '../../dns/rdata.ts';
import type { Finding, Severity } from '../finding.ts';
import type { ZoneSettings } from '../settings.ts';
import type { Place } from '../source.ts';
import { placeOf } from '../source.ts';
import type { Check, Said } from './check.ts';
import { severityOf } from './severity.ts';
import type { Waivers } from './waivers.ts';
import { asClause } from './wording.ts';

/** How many findings of one rule and severity are told for a zone; the rest is counted. */
export const MAX_FINDINGS = 200;

/** What something is said about: where, and whose. The place is asked for only where the finding is kept. */
export interface Subject {
  readonly place: () => Place;
  readonly owner?: DomainName | undefined;
  readonly type?: number | undefined;
}

/** Takes in what is said about a zone and makes findings of it. */
export interface Collector {
  /** What a check says. */
  say(check: Check, said: Said, about: Subject): void;
  /** A finding of the reader, with its check; severities, waivers and the limit count for it as well. */
  take(check: Check | undefined, finding: Finding): void;
  /** All findings, and one more for each rule that found more than the limit. */
  findings(): Finding[];
}

/** The findings of one rule that are equally bad and equally waived. */
interface Group {
  count: number;
  firstHidden: Finding | undefined;
}

/**
 * A collector for one zone. Findings that are waived do not count towards the limit of the others. What is beyond the
 * limit costs no place, no edits and no memory: a zone of a million bad records is no way to exhaust any.
 */
export function collect(
  apex: DomainName,
  settings: ZoneSettings['checks'],
  waivers: Waivers,
  limit = MAX_FINDINGS,
): Collector {
  const found: Finding[] = [];
  const groups = new Map<string, Map<string, Group>>();

  const groupOf = (rule: string, severity: Severity, waived: string | undefined): Group => {
    let ofRule = groups.get(rule);
    if (ofRule === undefined) {
      ofRule = new Map();
      groups.set(rule, ofRule);
    }
    const state = waived === undefined ? severity : WAIVED[severity];
    let group = ofRule.get(state);
    if (group === undefined) {
      group = { count: 0, firstHidden: undefined };
      ofRule.set(state, group);
    }
    group.count++;
    return group;
  };
  const keep = (group: Group, finding: Finding): void => {
    if (group.count <= limit) found.push(finding);
    else group.firstHidden = finding;
  };

  return {
    say(check, said, { place, owner, type }) {
      const severity = severityOf(check, said.severity, settings);
      const waived = waivers.reasonFor(check, owner);
      const group = groupOf(check.id, severity, waived);
      if (group.firstHidden !== undefined) return;
      const { message, fix, related, edits } = said;
      keep(group, {
        rule: check.id,
        severity,
        message,
        fix: fix ?? asClause(check.repair),
        place: place(),
        zone: apex,
        ...(owner !== undefined && { owner }),
        ...(type !== undefined && { type: typeName(type) }),
        ...(related !== undefined && {
          related: related.map((other) => ({ place: placeOf(other.span), message: other.message })),
        }),
        ...(edits !== undefined && edits.length > 0 && { edits }),
        ...(waived !== undefined && { waived }),
      });
    },
    take(check, finding) {
      const severity = check === undefined ? finding.severity : severityOf(check, finding.severity, settings);
      const waived = check === undefined ? undefined : waivers.reasonFor(check, finding.owner);
      const group = groupOf(finding.rule, severity, waived);
      if (group.firstHidden !== undefined) return;
      keep(group, { ...finding, severity, zone: apex, ...(waived !== undefined && { waived }) });
    },
    findings() {
      const rest = [...groups.values()].flatMap((ofRule) =>
        [...ofRule.values()].flatMap(({ count, firstHidden }) =>
          firstHidden === undefined ? [] : [restOf(firstHidden, count - limit)],
        ),
      );
      return [...found, ...rest];
    },
  };
}

const WAIVED = { error: 'waived error', warning: 'waived warning', info: 'waived info' } as const;

/** The finding that stands for all that are beyond the limit: as bad as they are, at the first of them. */
function restOf(first: Finding, hidden: number): Finding {
  const zone = first.zone === undefined ? 'the zone' : displayName(first.zone);
  return {
    ...first,
    message: `${first.message}; ${zone} has ${hidden - 1} more of this kind`,
    fix: `${first.fix}, then check again for the others`,
  };
}
