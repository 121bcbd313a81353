import type { DomainName } from '../../dns/name.ts';
import type { KeyId } from '../../dnssec/key.ts';
import type { Failure } from '../failure.ts';
import { rollKeys } from '../keys/roll.ts';
import { type ScheduledStep, type ScheduleOptions, signingSchedule } from '../keys/schedule.ts';
import { statusOfKeys } from '../keys/status.ts';
import type { Workspace } from '../workspace.ts';

/** What was done for keys because it was time: plain data, which goes from one process to another. */
export interface Renewed {
  /** The zones of which the parent was asked for the DS, and what came of it. */
  readonly asked: readonly { readonly zone: DomainName; readonly doubt: string | undefined }[];
  /** The zones of which a roll-over has begun, with their new keys. */
  readonly rolled: readonly { readonly zone: DomainName; readonly made: readonly KeyId[] }[];
  /** What could not be done. The release is made all the same. */
  readonly faults: readonly Pick<Failure, 'message' | 'fix'>[];
}

/** Does what the schedule of signing says is due and no build does: asks parents for the DS, and begins roll-overs. */
export async function renewKeys(
  workspace: Workspace,
  { release, store }: Pick<ScheduleOptions, 'release' | 'store'>,
): Promise<Renewed> {
  const place = { release, ...(store !== undefined && { store }) };
  const schedule = await signingSchedule(workspace, place);
  if (schedule.kind === 'failure') return { asked: [], rolled: [], faults: [schedule] };
  const due = (what: ScheduledStep['what']): string[] =>
    schedule.zones
      .filter(({ blocked }) => blocked === undefined)
      .filter(({ steps }) => steps.some((step) => step.what === what && step.at <= workspace.now))
      .map(({ zone }) => zone);
  const faults: Failure[] = [];
  const toAsk = due('ask-parent');
  const status =
    toAsk.length === 0 ? undefined : await statusOfKeys(workspace, { ...place, zones: toAsk, askParent: true });
  if (status?.kind === 'failure') faults.push(status);
  const asked = status?.kind !== 'status' ? [] : status.zones;
  const toRoll = due('roll');
  const roll = toRoll.length === 0 ? undefined : await rollKeys(workspace, { ...place, zones: toRoll, due: true });
  if (roll?.kind === 'failure') faults.push(roll);
  const rolled = roll?.kind !== 'rolled' ? [] : roll.zones;
  return {
    asked: asked.map(({ zone, asked: answer }) => ({
      zone,
      doubt: answer?.kind === 'doubt' ? answer.message : undefined,
    })),
    rolled: rolled.map(({ made, status: { zone } }) => ({ zone, made: made.map(({ id }) => id) })),
    faults,
  };
}
