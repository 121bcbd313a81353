import type { Serial } from '../../dns/serial.ts';
import { isGreaterSerial } from '../../dns/serial.ts';
import type { ManifestZone } from '../manifest.ts';
import type { Project } from '../project.ts';
import { type SerialChoice, withDocumentSerial } from '../serial/choose.ts';
import type { CurrentZone } from '../serial/past.ts';
import { serialAfterChange } from '../serial/policy.ts';
import type { ContentState } from '../serial/trace.ts';
import type { Additions } from './desk.ts';

/** Whether a signature of a zone has to be renewed. `now` is in seconds since 1970. */
export function isDue({ signaturesExpire }: ManifestZone, additions: Additions | undefined, now: number): boolean {
  const policy = additions?.policy;
  if (policy === undefined) return false;
  return signaturesExpire === null || Date.parse(signaturesExpire) / 1000 - policy.signatures.refresh <= now;
}

/** What the serial of a zone that is signed is chosen from. */
export interface SignedSerialInputs {
  readonly state: ContentState;
  /** What it would be without signing. */
  readonly choice: SerialChoice;
  readonly before: ManifestZone | undefined;
  readonly additions: Additions | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The serial of a zone that is signed now: greater than every serial that it is known to have had, since signatures are made
 * without a commit, too. Where all else is lost the clock makes it so, and the history of the repository.
 */
export function serialAfterSigning({ state, choice, before, additions, now }: SignedSerialInputs): SerialChoice {
  let last: Serial = choice.serial;
  for (const known of [before?.serial, additions?.serial]) {
    if (known !== undefined && isGreaterSerial(known, last)) last = known;
  }
  return { ...choice, serial: serialAfterChange(state.policy, now, last, state.floor), from: 'signing' };
}

/**
 * The serial of a zone that is signed now, or was in the release before. Where its document comes signed by others and nothing
 * is signed here any more, it is that of the document, which those signatures cover.
 */
export function serialOfSigned(
  project: Project,
  zone: CurrentZone,
  inputs: Omit<SignedSerialInputs, 'state'>,
): SerialChoice {
  const { choice, before, additions } = inputs;
  return additions?.policy === undefined && zone.state.documentSerial !== undefined
    ? withDocumentSerial(project, zone, choice, before?.serial)
    : serialAfterSigning({ ...inputs, state: zone.state });
}
