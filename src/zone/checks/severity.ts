import type { Severity } from '../finding.ts';
import type { ZoneSettings } from '../settings.ts';
import type { Check } from './check.ts';

/** Whether a check runs for a zone: the hard core always does, an opt-in check only where a severity is set for it. */
export function isOn(check: Check, settings: ZoneSettings['checks']): boolean {
  if (check.hard === true) return true;
  const set = settings.get(check.id);
  return set === undefined ? check.optIn !== true : set !== 'off';
}

/** How bad a finding of a check is: as the configuration sets it, else as the check says for this finding or in general. */
export function severityOf(check: Check, said: Severity | undefined, settings: ZoneSettings['checks']): Severity {
  const set = check.hard === true ? undefined : settings.get(check.id);
  return set === undefined || set === 'off' ? (said ?? check.severity) : set;
}
