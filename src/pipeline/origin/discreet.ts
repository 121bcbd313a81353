import { DnsSyntaxError } from '../../dns/fault.ts';
import { type DomainName, parentName, parseName } from '../../dns/name.ts';
import type { Finding } from '../../zone/finding.ts';
import type { Caller } from './caller.ts';
import { mayRead } from './permit.ts';

/** The zones there are, and whose they are. */
export interface Neighbours {
  /** The nearest zone at or above a name; `undefined`: none. */
  zoneAbove(name: DomainName): DomainName | undefined;
  owners(zone: DomainName): readonly string[];
}

/**
 * Findings without those that tell of a zone that the caller may not know of. What stops a change is still told to stop it:
 * the zone of somebody else goes unnamed.
 */
export function discreet(findings: readonly Finding[], caller: Caller, neighbours: Neighbours): readonly Finding[] {
  if (caller.holder.admin && caller.holder.scope.zones === undefined) return findings;
  const isSecret = (name: DomainName): boolean => {
    const zone = neighbours.zoneAbove(name);
    return zone !== undefined && !mayRead(caller, zone, neighbours.owners(zone));
  };
  return findings.flatMap((finding) => {
    const { zone, severity, message, fix, related = [] } = finding;
    const texts = [message, fix, ...related.map((each) => each.message)];
    const tells = (zone !== undefined && isSecret(zone)) || texts.some((text) => namesIn(text).some(isSecret));
    if (!tells) return [finding];
    return severity === 'error' && finding.waived === undefined ? [unnamed] : [];
  });
}

const unnamed: Finding = {
  rule: 'other-account',
  severity: 'error',
  message: 'the change does not agree with a zone of another account',
  fix: 'ask an admin',
  place: { file: '', line: 1, column: 1, endLine: 1, endColumn: 1 },
};

/** The absolute names in a sentence. */
function namesIn(text: string): DomainName[] {
  return [...text.matchAll(/[^\s"'(),:;]+\./gu)].flatMap(([word]) => {
    try {
      return [parseName(word)];
    } catch (fault) {
      if (fault instanceof DnsSyntaxError) return [];
      throw fault;
    }
  });
}

/** The nearest of some zones at or above a name. */
export function nearestZone(zones: ReadonlyMap<DomainName, unknown>, name: DomainName): DomainName | undefined {
  for (let at: DomainName | undefined = name; at !== undefined; at = parentName(at)) if (zones.has(at)) return at;
  return undefined;
}
