import { type Cache, openCache } from '../../compile/cache/cache.ts';
import { evaluate } from '../../compile/evaluate.ts';
import { stateOfProject } from '../../compile/plan/compare.ts';
import { makePlan, type Plan } from '../../compile/plan/plan.ts';
import { openProject, type Project } from '../../compile/project.ts';
import { openCommit } from '../../compile/source/commit-tree.ts';
import { configuredBy } from '../../compile/source/configured.ts';
import type { SourceTree } from '../../compile/source/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Repository, resolveCommit } from '../../git/repository.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { dayOf } from '../check.ts';
import { compareStates } from '../plan-change.ts';
import { planDnssec } from '../plan-dnssec.ts';
import { COMMIT_CACHE, cacheFolder, cacheKey } from '../workspace.ts';

/** Two commits of the repository, one of which may become the other. */
export interface AssessOptions {
  readonly repository: Repository;
  /** The commit that is changed; `undefined`: there is nothing yet. */
  readonly base: string | undefined;
  readonly head: string;
  /**
   * The commit whose configuration and inventory hold for both: what comes from strangers brings none of its own. Without it
   * each has its own.
   */
  readonly ruledBy?: string | undefined;
  readonly now: number;
  readonly version: string;
  /** The folder of what belongs to this machine; what builds remember there of commits makes this fast. */
  readonly stateFolder: string;
  /** Whether to say what the change means for signed zones, by the keys that there are. */
  readonly dnssec?: boolean | undefined;
}

/** What a change does, and what is wrong with it. */
export interface Assessment {
  /** With every threshold that is passed; whether that was allowed is for others to say. */
  readonly plan: Plan;
  /** What is found in the files that change, and what is new elsewhere because of them. */
  readonly findings: readonly Finding[];
  /** Whether one of them stops a release. */
  readonly stopped: boolean;
  /** How many findings stop a release that were there before and have nothing to do with the change. */
  readonly elsewhere: number;
  /** The number of zones that were looked at. */
  readonly zones: number;
  /** The paths of the files that differ. */
  readonly changed: readonly string[];
  /** A line of a file with findings, as it is at the head. */
  readonly lineOf: (file: string, line: number) => string | undefined;
}

/** Checks and plans the step from one commit to another. Only zones that differ are compiled where the cache knows the rest. */
export async function assessChange(options: AssessOptions): Promise<Assessment> {
  const { repository, ruledBy } = options;
  const opened: SourceTree[] = [];
  const open = async (commit: string | undefined): Promise<SourceTree> => {
    if (commit === undefined) return nothing;
    const tree = await openCommit(repository, await resolveCommit(repository, commit));
    opened.push(tree);
    return tree;
  };
  try {
    const [base, head] = [await open(options.base), await open(options.head)];
    const rules = ruledBy === undefined ? undefined : ruledBy === options.base ? base : await open(ruledBy);
    return await assess(options, base, head, rules);
  } finally {
    for (const tree of opened) tree.close();
  }
}

async function assess(
  options: AssessOptions,
  baseTree: SourceTree,
  headTree: SourceTree,
  rules: SourceTree | undefined,
): Promise<Assessment> {
  const under = (tree: SourceTree): SourceTree => (rules === undefined ? tree : configuredBy(tree, rules));
  const before = openAt(options, under(baseTree), true);
  const known = await evaluate(before.project, { today: dayOf(options.now), cache: before.cache });
  // Opened anew: where nothing was remembered the base is now.
  const { project, cache } = openAt(options, under(headTree), false);
  const existing = stateOfProject(before.project, project);
  const { repository, head, now, version, stateFolder } = options;
  const workspace = { folder: repository.folder, revision: head, now, version, stateFolder };
  const { deltas, evaluation, findings } = await compareStates(workspace, { project, cache }, existing);
  const changed = changedPaths(baseTree, headTree);
  const { own, elsewhere } = concerning(findings, known.findings, new Set(changed));
  const touched = touchedZones(before.project, project, changed, deltas);
  const zones = new Map([...evaluation.zones].filter(([apex]) => touched.has(apex)));
  const signing = { workspace, project, existing, evaluation: { ...evaluation, zones }, deltas, store: undefined };
  const dnssec = options.dnssec === true ? await planDnssec(signing) : [];
  return {
    plan: makePlan(deltas, project.config.thresholds, { deletes: false }, dnssec),
    findings: own,
    stopped: own.some(stops),
    elsewhere,
    zones: evaluation.zones.size,
    changed,
    lineOf: await linesOf(project.tree, own),
  };
}

const nothing: SourceTree = {
  paths: [],
  findings: [],
  id: (path) => path,
  prefetch: () => Promise.resolve(),
  read: (path) => {
    throw new RangeError(`there is no ${path}`);
  },
  close: () => undefined,
};

/** Opens a state with what is remembered of commits. Builds keep that up to date: it is written only where there is nothing. */
function openAt(
  { repository, version, stateFolder }: AssessOptions,
  tree: SourceTree,
  mayFill: boolean,
): { readonly project: Project; readonly cache: Cache } {
  const folder = cacheFolder({ folder: repository.folder, stateFolder });
  const opened = openCache(folder, COMMIT_CACHE).at(cacheKey({ version }, tree));
  const cache = mayFill && opened.zones.size === 0 ? opened : { ...opened, save: () => undefined };
  return { project: openProject(tree, cache.zones.values()), cache };
}

function changedPaths(base: SourceTree, head: SourceTree): string[] {
  const before = new Map(base.paths.map((path) => [path, base.id(path)]));
  const changed = head.paths.filter((path) => before.get(path) !== head.id(path));
  const present = new Set(head.paths);
  return [...changed, ...base.paths.filter((path) => !present.has(path))];
}

/** Tells findings that the change is to blame for from those that stand elsewhere already, whatever their lines. */
function concerning(
  findings: readonly Finding[],
  before: readonly Finding[],
  changed: ReadonlySet<string>,
): { own: Finding[]; elsewhere: number } {
  const known = new Map<string, number>();
  for (const finding of before) known.set(identity(finding), (known.get(identity(finding)) ?? 0) + 1);
  const own: Finding[] = [];
  let elsewhere = 0;
  for (const finding of findings) {
    const left = known.get(identity(finding)) ?? 0;
    if (left > 0) known.set(identity(finding), left - 1);
    if (left === 0 || changed.has(finding.place.file)) own.push(finding);
    else if (stops(finding)) elsewhere++;
  }
  return { own, elsewhere };
}

function identity({ rule, place, owner, type, message, waived }: Finding): string {
  return [rule, place.file, owner, type, message, waived === undefined].join('\0');
}

/** The zones whose documents or records differ. */
function touchedZones(
  before: Project,
  after: Project,
  changed: readonly string[],
  deltas: readonly { readonly zone: DomainName }[],
): Set<DomainName> {
  const paths = new Set(changed);
  const touched = new Set(deltas.map(({ zone }) => zone));
  for (const { zones } of [before, after]) for (const [apex, path] of zones) if (paths.has(path)) touched.add(apex);
  return touched;
}

/** Findings whose lines are shown at most, and octets of a file from which no line is shown. */
const SHOWN = 200;
const LARGEST = 4 * 1024 * 1024;

/** The lines of findings, read while the tree is open. */
async function linesOf(tree: SourceTree, findings: readonly Finding[]): Promise<Assessment['lineOf']> {
  const present = new Set(tree.paths);
  const shown = findings.slice(0, SHOWN);
  await tree.prefetch([...new Set(shown.map(({ place }) => place.file))].filter((path) => present.has(path)));
  const lines = new Map<string, string>();
  const texts = new Map<string, readonly string[]>();
  for (const { place } of shown) {
    let text = texts.get(place.file);
    if (text === undefined) {
      const bytes = present.has(place.file) ? tree.read(place.file).bytes : Buffer.alloc(0);
      text = bytes.length > LARGEST ? [] : Buffer.from(bytes).toString('utf8').split('\n');
      texts.set(place.file, text);
    }
    const line = text[place.line - 1];
    if (line !== undefined) lines.set(`${place.line} ${place.file}`, line.replace(/\r$/, ''));
  }
  return (file, line) => lines.get(`${line} ${file}`);
}
