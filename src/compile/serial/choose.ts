import type { DomainName } from '../../dns/name.ts';
import { displayName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';
import { isGreaterSerial } from '../../dns/serial.ts';
import { openBlobs } from '../../git/blobs.ts';
import { GitError } from '../../git/error.ts';
import { firstParentHistory, type HistoryEntry, isOnFirstParents } from '../../git/history.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import type { Finding } from '../../zone/finding.ts';
import type { CacheLine } from '../cache/line.ts';
import type { Manifest, ManifestZone, SerialOrigin } from '../manifest.ts';
import type { Project } from '../project.ts';
import { sourceFinding } from '../rules.ts';
import { SOURCE_PATHS } from '../source/commit-tree.ts';
import { type CurrentZone, type HistoryStep, openPast, type Past, type PastSources } from './past.ts';
import { serialAfterChange } from './policy.ts';
import { type Anchor, type ContentState, type Touch, type TracedSerial, traceSerial, type ZoneState } from './trace.ts';

/** A commit that is compiled, and its repository. */
export interface OpenCommit {
  readonly repository: Repository;
  readonly commit: Commit;
  /**
   * The commits behind another one, as `firstParentHistory` gives them, where they are found out at once; `undefined` where
   * git has to be asked.
   */
  readonly since?: (commit: string) => Promise<readonly HistoryEntry[] | undefined>;
}

/** What serials are chosen from beside the zones themselves. */
export interface SerialInputs {
  readonly project: Project;
  /** The repository and the commit that is compiled; `undefined` outside of git and before the first commit. */
  readonly at: OpenCommit | undefined;
  /** How the files differ from the commit. */
  readonly uncommitted: HistoryStep['changes'];
  /** The release before. */
  readonly previous: Manifest | undefined;
  /** What an earlier run has found out of a zone under the same configuration. */
  readonly known?: ((apex: DomainName) => CacheLine | undefined) | undefined;
  /** The time, in seconds since 1970: for what is not committed. */
  readonly now: number;
}

/** The serial of a zone, and what is wrong with it. */
export interface SerialChoice {
  readonly serial: Serial;
  readonly from: SerialOrigin;
  /** The commit that gave the zone its content; `null`: changes that are not committed. */
  readonly commit: string | null;
  readonly finding?: Finding;
}

/** Chooses serials. Close it when done. */
export interface SerialChooser {
  /**
   * The serials of zones, in their order.
   *
   * @throws GitError where the history that is needed is not there.
   */
  choose(zones: readonly CurrentZone[]): Promise<SerialChoice[]>;
  close(): void;
}

/**
 * Chooses serials so that a zone keeps its serial exactly as long as its content stays the same: from the release before where
 * there is one, else from the git history, along first parents. Where the release before is part of the history both say the
 * same.
 */
export function newSerialChooser(inputs: SerialInputs): SerialChooser {
  const { at, previous, project, uncommitted, now, known } = inputs;
  const blobs = at === undefined ? undefined : openBlobs(at.repository);
  const uncommittedSteps: HistoryStep[] =
    uncommitted.length === 0 ? [] : [{ commit: undefined, time: now, changes: uncommitted }];
  const sources = (): PastSources => {
    const { repository } = at as NonNullable<typeof at>;
    return { repository, blobs: blobs as NonNullable<typeof blobs>, known };
  };
  let sinceRelease: Promise<Past | undefined> | undefined;
  let complete: Promise<Past> | undefined;

  const pastOf = async (since: string | undefined): Promise<Past> => {
    const { repository, commit } = at as NonNullable<typeof at>;
    const steps: HistoryStep[] = [...uncommittedSteps];
    for await (const { id, time, changes, cutOff } of firstParentHistory(repository, commit, SOURCE_PATHS, since)) {
      if (cutOff) throw cutHistory();
      steps.push({ commit: id, time, changes });
    }
    return openPast(project, steps, sources());
  };
  /** The history since the release before; `undefined` where that release is no part of it. */
  const findSinceRelease = async (): Promise<Past | undefined> => {
    if (at === undefined || previous?.commit == null) return undefined;
    const recent = await at.since?.(previous.commit);
    if (recent !== undefined) {
      const steps = recent.map(({ id, time, changes }) => ({ commit: id, time, changes }));
      return openPast(project, [...uncommittedSteps, ...steps], sources());
    }
    const known = await isOnFirstParents(at.repository, at.commit, previous.commit);
    return known ? pastOf(previous.commit) : undefined;
  };

  const fromHistory = async (zones: readonly CurrentZone[]): Promise<SerialChoice[]> => {
    sinceRelease ??= findSinceRelease();
    const recent = await sinceRelease;
    const traces: Trace[] = [];
    for (const zone of zones) {
      const before = previous?.zones.get(zone.apex)?.zone;
      if (before === undefined) {
        complete ??= pastOf(undefined);
        traces.push(newTrace(zone, await complete, undefined));
        continue;
      }
      if (recent !== undefined) traces.push(newTrace(zone, recent, before));
      else traces.push({ zone, result: undefined });
    }
    await run(traces);
    return traces.map((trace) => judged(trace, previous?.zones.get(trace.zone.apex)?.zone));
  };
  /** Outside of git only the clock tells when something changed. */
  const byClock = (zone: CurrentZone): SerialChoice => {
    const before = previous?.zones.get(zone.apex)?.zone;
    const choice: SerialChoice = { serial: changedAt(zone, now, before?.serial), from: 'clock', commit: null };
    return withDocumentSerial(project, zone, choice, before?.serial);
  };
  const judged = ({ zone, result, documentSerialBefore }: Trace, before: ManifestZone | undefined): SerialChoice => {
    const { commit } = at as NonNullable<typeof at>;
    const touch = result?.touch;
    let choice: SerialChoice;
    if (result === undefined || touch === undefined) {
      // The history does not explain the change: the release before was not made from it, or by another version.
      const dirty = isTouched(zone);
      const serial = changedAt(zone, dirty ? now : commit.time, before?.serial);
      choice = { serial, from: dirty ? 'clock' : 'previous', commit: dirty ? null : commit.id };
    } else {
      const explained = before === undefined || before.serialFrom === 'history' || before.serialFrom === 'document';
      const from = touch.commit === undefined ? 'clock' : explained ? 'history' : 'previous';
      choice = { serial: result.serial, from, commit: touch.commit ?? null };
    }
    return withDocumentSerial(project, zone, choice, before?.serial ?? documentSerialBefore);
  };
  const isTouched = (zone: CurrentZone): boolean => {
    if (at === undefined || uncommittedSteps.length === 0) return false;
    const past = openPast(project, uncommittedSteps, sources());
    return past.historyOf(zone).touchOf(zone.state, 0) !== undefined;
  };

  return {
    async choose(zones) {
      const choices = zones.map((zone) => kept(zone, previous?.zones.get(zone.apex)?.zone));
      const left = zones.filter((_, i) => choices[i] === undefined);
      const chosen = at === undefined ? left.map(byClock) : left.length === 0 ? [] : await fromHistory(left);
      return choices.map((choice) => choice ?? (chosen.shift() as SerialChoice));
    },
    close: () => blobs?.close(),
  };
}

interface Trace {
  readonly zone: CurrentZone;
  readonly past?: Past;
  readonly walk?: Generator<Touch, TracedSerial, ZoneState>;
  question?: Touch | undefined;
  result: TracedSerial | undefined;
  /** The serial that the document gave when it said something else before. */
  documentSerialBefore?: Serial | undefined;
}

function newTrace(zone: CurrentZone, past: Past, before: Anchor | undefined): Trace {
  const walk = traceSerial(zone.state, past.historyOf(zone), before);
  return advance({ zone, past, walk, result: undefined }, walk.next());
}

function advance(trace: Trace, step: IteratorResult<Touch, TracedSerial>): Trace {
  trace.question = step.done ? undefined : step.value;
  if (step.done) trace.result = step.value;
  return trace;
}

/** Answers what the walks ask, all zones at a time, so that git is asked for many documents at once. */
async function run(traces: readonly Trace[]): Promise<void> {
  for (;;) {
    const open = traces.filter(({ question }) => question !== undefined);
    if (open.length === 0) return;
    for (const past of new Set(open.map((trace) => trace.past as Past))) {
      const asking = open.filter((trace) => trace.past === past);
      await past.prefetch(asking.map(({ zone, question }) => ({ apex: zone.apex, touch: question as Touch })));
      for (const trace of asking) {
        const state = past.stateBefore(trace.zone.apex, trace.question as Touch);
        const differs = state.kind === 'content' && state.content !== trace.zone.state.content;
        if (differs) trace.documentSerialBefore ??= state.documentSerial;
        advance(trace, (trace.walk as NonNullable<Trace['walk']>).next(state));
      }
    }
  }
}

/** Whether a zone keeps the serial of the release before: its content is the same, and no floor has risen above it. */
export function keepsSerial(
  { content, floor }: ContentState,
  before: ManifestZone | undefined,
): before is ManifestZone {
  return before?.content === content && (floor === undefined || isGreaterSerial(before.serial, floor));
}

function kept(zone: CurrentZone, before: ManifestZone | undefined): SerialChoice | undefined {
  if (!keepsSerial(zone.state, before)) return undefined;
  return { serial: before.serial, from: before.serialFrom, commit: before.commit };
}

function changedAt(zone: CurrentZone, time: number, before: Serial | undefined): Serial {
  return serialAfterChange(zone.state.policy, time, before, zone.state.floor);
}

/** A presigned zone has the serial that its signatures cover, and it must be greater than the one before. */
export function withDocumentSerial(
  project: Project,
  zone: CurrentZone,
  choice: SerialChoice,
  before: Serial | undefined,
): SerialChoice {
  const serial = zone.state.documentSerial;
  if (serial === undefined) return choice;
  const given: SerialChoice = { ...choice, serial, from: 'document' };
  if (before === undefined || isGreaterSerial(serial, before)) return given;
  const message = `the content of ${displayName(zone.apex)} has changed, but its serial ${serial} is not greater than ${before}`;
  const path = project.pathOf(zone.apex) as string;
  const finding = sourceFinding(
    'presigned-serial',
    path,
    message,
    'sign the zone with a greater serial, and write it under "soa:"',
  );
  return { ...given, finding: { ...finding, zone: zone.apex as DomainName } };
}

function cutHistory(): GitError {
  return new GitError(
    'unavailable',
    'the history of this clone is cut off, and serials follow from it',
    'fetch all of it (git fetch --unshallow; fetch-depth: 0 in actions/checkout), or name the last release with --previous',
  );
}
