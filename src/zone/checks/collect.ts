import type { DomainName } from '../../dns/name.ts';
import { displayName } from '../../dns/name.ts';
import { typeName } from '../../dns/rdata.ts';
import type { Finding } from '../finding.ts';
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
  const groups = new Map<string, Group>();

  const keep = (finding: Omit<Finding, 'place' | 'zone'>, place: () => Place): void => {
    const key = `${finding.rule} ${finding.severity} ${finding.waived === undefined}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { count: 0, firstHidden: undefined };
      groups.set(key, group);
    }
    group.count++;
    if (group.count <= limit) found.push({ ...finding, place: place(), zone: apex });
    else group.firstHidden ??= { ...finding, place: place(), zone: apex };
  };

  return {
    say(check, said, { place, owner, type }) {
      const waived = waivers.reasonFor(check, owner);
      const { fix, related, edits } = said;
      keep(
        {
          rule: check.id,
          severity: severityOf(check, said.severity, settings),
          message: said.message,
          fix: fix ?? asClause(check.repair),
          ...(owner !== undefined && { owner }),
          ...(type !== undefined && { type: typeName(type) }),
          ...(related !== undefined && {
            related: related.map(({ span, message }) => ({ place: placeOf(span), message })),
          }),
          ...(edits !== undefined && edits.length > 0 && { edits }),
          ...(waived !== undefined && { waived }),
        },
        place,
      );
    },
    take(check, finding) {
      const waived = check === undefined ? undefined : waivers.reasonFor(check, finding.owner);
      const severity = check === undefined ? finding.severity : severityOf(check, finding.severity, settings);
      keep({ ...finding, severity, ...(waived !== undefined && { waived }) }, () => finding.place);
    },
    findings() {
      const rest = [...groups.values()].flatMap(({ count, firstHidden }) =>
        firstHidden === undefined ? [] : [restOf(firstHidden, count - limit)],
      );
      return [...found, ...rest];
    },
  };
}

/** The finding that stands for all that are beyond the limit: as bad as they are, at the first of them. */
function restOf(first: Finding, hidden: number): Finding {
  const zone = first.zone === undefined ? 'the zone' : displayName(first.zone);
  return {
    ...first,
    message: `${first.message}; ${zone} has ${hidden - 1} more of this kind`,
    fix: `${first.fix}, then check again for the others`,
  };
}
