import type { CompiledZone } from '../compile/compile.ts';
import { type EvaluatedZone, type Evaluation, evaluate } from '../compile/evaluate.ts';
import {
  type ExistingState,
  type KnownZone,
  knownZone,
  stateOfProject,
  stateOfRelease,
} from '../compile/plan/compare.ts';
import type { ZoneDelta } from '../compile/plan/delta.ts';
import { diffCompiled } from '../compile/plan/nodes.ts';
import { makePlan, type Plan } from '../compile/plan/plan.ts';
import type { DomainName } from '../dns/name.ts';
import { mergeBase, type Repository, resolveCommit } from '../git/repository.ts';
import { checkChange } from '../zone/checks/run.ts';
import { compareFindings, type Finding, stops } from '../zone/finding.ts';
import { dayOf } from './check.ts';
import { type Failure, failure, orFailure } from './failure.ts';
import { namedRelease } from './named-release.ts';
import { planDnssec } from './plan-dnssec.ts';
import type { Report } from './report/report.ts';
import { liveState } from './rollout/live.ts';
import { namedZones, type OpenWorkspace, openWorkspace, type Workspace } from './workspace.ts';

/** What to hold against what. */
export interface PlanOptions {
  /**
   * The revision that things are compared with; `HEAD` where neither it nor a release is named. With three dots behind it
   * (`origin/main...`) it is the commit at which the desired state left that branch, as in a pull request.
   */
  readonly base?: string;
  /** The revision that is desired; the working folder where none is named. */
  readonly head?: string;
  /** The folder of a release to compare with, in the place of a revision. */
  readonly release?: string;
  /** Compares with what nodes serve, in the place of both; nodes or groups, all where none is named. */
  readonly live?: readonly string[];
  /** The zones to look at; all where none is named. */
  readonly zones?: readonly string[];
  /** Lifts the thresholds. */
  readonly allowDeletes?: boolean;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
}

/** The difference of two states. */
export interface Planned {
  readonly kind: 'planned';
  readonly plan: Plan;
  /** What was found in the desired state, and about the change. */
  readonly report: Report;
  /** Whether a finding stops a release of the desired state. The plan shows what could be compiled of it. */
  readonly stopped: boolean;
  /** The node that was compared with, and how others serve something else. */
  readonly live?: { readonly node: string; readonly notes: readonly string[] };
}

/** Finds out what changes, record by record, between two states of the repository, or from a release to a state. */
export function planChange(workspace: Workspace, options: PlanOptions = {}): Promise<Planned | Failure> {
  return orFailure(async () => {
    const bases = [options.base, options.release, options.live].filter((base) => base !== undefined);
    if (bases.length > 1) {
      return failure(
        'usage',
        'a plan has one base: a revision, a release, or what nodes serve',
        'leave one of them out',
      );
    }
    const head = await openWorkspace(workspace, options.head);
    try {
      const only = namedZones(head.project, options.zones);
      if (only !== undefined && 'kind' in only) return only;
      const base = await openBase(workspace, head, options);
      if ('kind' in base) return base;
      try {
        const planned = await compare(workspace, head, base.state, only, options);
        return base.live === undefined ? planned : { ...planned, live: base.live };
      } finally {
        base.close();
      }
    } finally {
      head.close();
    }
  });
}

interface OpenBase {
  readonly state: ExistingState;
  readonly live?: NonNullable<Planned['live']>;
  close(): void;
}

async function openBase(workspace: Workspace, head: OpenWorkspace, options: PlanOptions): Promise<OpenBase | Failure> {
  if (options.release !== undefined) {
    const found = namedRelease(options.release, 'name the folder of a release');
    return 'kind' in found ? found : { state: stateOfRelease(found, head.project), close: () => undefined };
  }
  if (options.live !== undefined) {
    const found = await liveState(workspace, head.project, options.live);
    return found.kind === 'failure' ? found : { state: found.state, live: found, close: () => undefined };
  }
  if (head.at === undefined) {
    return failure(
      'unavailable',
      `${workspace.folder} has no git history to compare with`,
      'commit what is there, or compare with a release',
    );
  }
  const revision = await baseRevision(head.at, options.base ?? 'HEAD');
  const base = await openWorkspace({ ...workspace, cache: false }, revision);
  return { state: stateOfProject(base.project, head.project), close: base.close };
}

async function baseRevision(head: NonNullable<OpenWorkspace['at']>, base: string): Promise<string> {
  if (!base.endsWith('...')) return base;
  const repository: Repository = head.repository;
  const branch = await resolveCommit(repository, base.slice(0, -3));
  return ((await mergeBase(repository, branch, head.commit)) ?? branch).id;
}

/** What differs between a state and the one before it, and what is found in it. */
export interface Comparison {
  readonly deltas: readonly ZoneDelta[];
  readonly evaluation: Evaluation;
  /** Everything that was found in the desired state, and about the change. */
  readonly findings: readonly Finding[];
}

/** Evaluates a desired state and holds it against an existing one. */
export async function compareStates(
  workspace: Workspace,
  { project, cache }: Pick<OpenWorkspace, 'project' | 'cache'>,
  existing: ExistingState,
  only?: ReadonlySet<DomainName>,
): Promise<Comparison> {
  const today = dayOf(workspace.now);
  const deltas: ZoneDelta[] = [];
  const findings: Finding[] = [];
  const note = (
    before: CompiledZone | undefined,
    after: CompiledZone | undefined,
    zone: EvaluatedZone | undefined,
  ): void => {
    const own = diffCompiled(before, after);
    if (own.length === 0) return;
    deltas.push(...own);
    const apex = (after ?? before)?.apex as DomainName;
    const file = project.zones.get(apex) ?? `zones/${apex}`;
    findings.push(...checkChange(before, after, { zone: zone?.zone, file, today }));
  };
  const differs = (zone: KnownZone): boolean => !existing.zones.has(zone.apex) || existing.mayDiffer(zone);
  const evaluation = await evaluate(project, {
    today,
    cache,
    only,
    progress: workspace.progress,
    want: (unchanged) =>
      unchanged
        .all()
        .filter(differs)
        .map(({ apex }) => apex),
    async take(zones) {
      const wanted = zones.filter(({ facts, ordered }) => ordered !== undefined && differs(knownZone(facts)));
      await existing.prefetch(wanted.map(({ facts }) => facts.apex));
      for (const zone of wanted) note(existing.compiled(zone.facts.apex), zone.ordered?.compiled, zone);
    },
  });
  const gone = [...existing.zones.keys()].filter((apex) => only === undefined && !project.zones.has(apex));
  await existing.prefetch(gone);
  for (const apex of gone) note(existing.compiled(apex), undefined, undefined);
  return { deltas, evaluation, findings: [...evaluation.findings, ...findings].sort(compareFindings) };
}

async function compare(
  workspace: Workspace,
  opened: OpenWorkspace,
  existing: ExistingState,
  only: ReadonlySet<DomainName> | undefined,
  options: PlanOptions,
): Promise<Planned> {
  const { project } = opened;
  const { deltas, evaluation, findings } = await compareStates(workspace, opened, existing, only);
  const dnssec = await planDnssec({ workspace, project, existing, evaluation, deltas, store: options.store });
  return {
    kind: 'planned',
    plan: makePlan(deltas, project.config.thresholds, { deletes: options.allowDeletes === true }, dnssec),
    report: { findings, zones: evaluation.zones.size },
    stopped: findings.some(stops),
  };
}
