import type { DomainName } from '../dns/name.ts';
import { MANY_OWNERS } from '../zone/amend/amend.ts';
import { newCheckMemory } from '../zone/checks/memory.ts';
import { checkZoneInSteps } from '../zone/checks/run.ts';
import type { Finding } from '../zone/finding.ts';
import { compareFindings, stops } from '../zone/finding.ts';
import type { Zone } from '../zone/zone.ts';
import { evaluateAmended, type KeptZone } from './amended.ts';
import type { Cache } from './cache/cache.ts';
import type { CacheLine, isNotable } from './cache/line.ts';
import { compileZone } from './compile.ts';
import { amendable, type OrderedZone, orderZone } from './content.ts';
import { type Documents, newDocuments } from './documents.ts';
import { newEstate, type RepositoryEstate } from './estate.ts';
import { templateNames, type ZoneFacts } from './facts.ts';
import { hasWebNodes } from './inventory.ts';
import type { Project } from './project.ts';
import { askAgain, isConcerned, newQuestionTable, type Question, type QuestionTable, withLog } from './questions.ts';
import { contentState, isDependent } from './serial/past.ts';
import { SourceError } from './source/tree.ts';
import { checkMeanwhile, finish, isWorthWhile, type Steps, untilCompiled } from './steps.ts';
import { sitesOf } from './web/sites.ts';

/** How a project is evaluated. */
export interface EvaluateOptions {
  /** The day, `YYYY-MM-DD`, against which waivers and dates are held. */
  readonly today: string;
  /** What is known from earlier runs. */
  readonly cache?: Cache | undefined;
  /** The zones to look at; all where it is not given. */
  readonly only?: ReadonlySet<DomainName> | undefined;
  /** Whether of the zones that are as they were only findings that stop a release are told. */
  readonly brief?: boolean;
  /** How many findings of one rule are told for a zone; the usual number where it is not given. */
  readonly limit?: number | undefined;
  /** Says of which zones the content is wanted though nothing about them has changed. Asked once, behind all others. */
  readonly want?: (unchanged: Unchanged) => readonly DomainName[];
  /** Is told of a zone whose document is long enough for threads to be worth while, before that is read. */
  readonly foresee?: ((apex: DomainName) => void) | undefined;
  /** Is told from time to time how many zones are done, and how many there are to do as far as is known. */
  readonly progress?: ((done: number, all: number) => void) | undefined;
  /** What is kept of big zones from one run to the next. */
  readonly kept?: KeptZones;
  /**
   * Takes the zones that were compiled, some at a time. Their content is let go afterwards. A big zone that is to be signed
   * comes while it is still being checked: what is found is not yet among its facts, and the signal says when that stops the
   * release.
   */
  readonly take?: (zones: readonly EvaluatedZone[], signal?: AbortSignal) => Promise<void>;
}

/** The zones that are as the cache knows them. */
export interface Unchanged {
  /** All of them. */
  all(): readonly CacheLine[];
  /** Those whose lines are {@link isNotable}, where they are known apart; else all. */
  notable(): readonly CacheLine[];
  /** One of them; `undefined` where it is none. */
  get(apex: DomainName): CacheLine | undefined;
}

/** A zone that was compiled in this run. */
export interface EvaluatedZone {
  readonly facts: ZoneFacts;
  /** The zone as its document declares it; `undefined` where so much is wrong that there is none. */
  readonly zone: Zone | undefined;
  /** The zone as it is served; `undefined` also where it stands in memory and was amended. */
  readonly ordered: OrderedZone | undefined;
  /** What to keep of it while it stands in memory. */
  readonly kept: KeptZone | undefined;
}

/** What a process that stays keeps of zones that were evaluated; see `Standing`. */
export interface KeptZones {
  keptOf(zone: Zone): KeptZone | undefined;
  keep(evaluated: EvaluatedZone): void;
}

/** What is known about a project after all of its zones were looked at. */
export interface Evaluation {
  /** Every zone that was looked at; a line where it was known already. */
  readonly zones: ReadonlyMap<DomainName, CacheLine | ZoneFacts>;
  /** Everything that was found, sorted. */
  readonly findings: readonly Finding[];
  /** Whether a finding stops a release. */
  readonly stopped: boolean;
}

/** How many zones, and how many characters of documents, are compiled before their content is handed over and let go. */
const BATCH = { zones: 256, characters: 16 * 1024 * 1024 };

/**
 * Compiles and checks the zones of a project. With a cache only what has changed: zones whose document, templates, settings
 * or inventory changed, and those that had asked others about what has changed there. The result is the same as without.
 */
export async function evaluate(project: Project, options: EvaluateOptions): Promise<Evaluation> {
  const work = newWork(project, options);
  const { cache } = options;
  const changed = findChanged(work);
  // What is kept of a zone holds for itself: not where others change with it.
  work.alone = changed.size === 1;
  const wanted = (apex: DomainName): boolean => options.only === undefined || options.only.has(apex);

  await evaluateAll(
    work,
    [...changed].filter((apex) => project.zones.has(apex) && wanted(apex)),
  );
  const affected = findAffected(work, changed).filter((apex) => !changed.has(apex) && wanted(apex));
  await evaluateAll(work, affected);
  const unchanged = unchangedIn(work, wanted);
  if (options.want !== undefined) await evaluateAll(work, options.want(unchanged), true);

  const findings: Finding[] = [...project.findings];
  for (const fresh of work.done.values()) findings.push(...fresh.findings);
  const isBrief = options.brief === true;
  for (const { apex, stops, hasFindings } of isBrief ? unchanged.notable() : unchanged.all())
    if (isBrief ? stops : hasFindings) findings.push(...(work.known(apex) as ZoneFacts).findings);
  const zones = zonesOf(work, wanted);
  // Where only some zones are looked at, the others' answers may have changed unnoticed.
  if (options.only === undefined && options.limit === undefined && cache !== undefined) {
    for (const [question, digest] of work.answers) question.digest = digest;
    cache.save({ zones, fresh: work.done, changed: changed.size > 0 });
  }
  findings.sort(compareFindings);
  return {
    zones,
    findings,
    stopped: findings.some(stops),
  };
}

function unchangedIn({ project, options, done }: Work, wanted: (apex: DomainName) => boolean): Unchanged {
  const { cache } = options;
  const get = (apex: DomainName): CacheLine | undefined =>
    done.has(apex) || !project.zones.has(apex) || !wanted(apex) ? undefined : cache?.zones.get(apex);
  const linesOf = (apexes: Iterable<DomainName>): CacheLine[] => [...apexes].flatMap((apex) => get(apex) ?? []);
  return {
    get,
    all: () => linesOf(project.zones.keys()),
    notable: () => linesOf((cache?.notable ?? project.zones).keys()),
  };
}

/** Every zone that was looked at. */
function zonesOf({ project, options, done }: Work, wanted: (apex: DomainName) => boolean): Evaluation['zones'] {
  const { cache, only } = options;
  if (cache?.suspects !== undefined && only === undefined) {
    const zones = new Map<DomainName, CacheLine | ZoneFacts>(cache.zones);
    for (const [apex, facts] of done) zones.set(apex, facts);
    return zones;
  }
  const zones = new Map<DomainName, CacheLine | ZoneFacts>();
  for (const apex of project.zones.keys())
    if (wanted(apex)) zones.set(apex, done.get(apex) ?? (cache?.zones.get(apex) as CacheLine));
  return zones;
}

/** What one zone is evaluated among. */
export interface ZoneWork {
  readonly project: Project;
  readonly options: Pick<EvaluateOptions, 'today' | 'limit'>;
  readonly estate: RepositoryEstate;
  readonly table: QuestionTable;
  readonly documents: Documents;
  /** The facts of the cache. */
  known(apex: DomainName): ZoneFacts | undefined;
  /** What was kept of zones that stand in memory; nothing is to be kept where it is not given. */
  readonly kept?: (zone: Zone) => KeptZone | undefined;
  /** Whether zones are to be released, so that their order is kept, too. */
  readonly ordered?: boolean;
}

interface Work extends ZoneWork {
  readonly options: EvaluateOptions;
  /** The facts that were worked out in this run. */
  readonly done: Map<DomainName, ZoneFacts>;
  /** The known questions that have another answer now. They are told when all is known: a run may be broken off. */
  readonly answers: Map<Question, string>;
  /** Whether no other zone has changed. */
  alone: boolean;
}

function newWork(project: Project, options: EvaluateOptions): Work {
  const documents = newDocuments(project, options.foresee);
  const estate = newEstate(project.zones, (apex) => (project.zones.has(apex) ? documents.read(apex).zone : undefined));
  const { cache, kept } = options;
  const known = new Map<DomainName, ZoneFacts>();
  const work: Work = {
    project,
    options,
    estate,
    documents,
    table: newQuestionTable(estate, cache?.questions),
    done: new Map(),
    answers: new Map(),
    alone: false,
    ...(kept !== undefined && {
      ordered: true,
      kept: (zone: Zone) => (work.alone ? kept.keptOf(zone) : undefined),
    }),
    known(apex) {
      const line = cache?.zones.get(apex);
      if (line === undefined) return undefined;
      let facts = known.get(apex);
      if (facts === undefined) {
        facts = (cache as Cache).factsOf(line);
        known.set(apex, facts);
      }
      return facts;
    },
  };
  return work;
}

/** The zones of which the cache knows nothing that still holds, those among them that are gone. */
function findChanged({ project, options }: Work): Set<DomainName> {
  const changed = new Set<DomainName>();
  const lines = options.cache?.zones ?? new Map<DomainName, CacheLine>();
  const suspects = options.cache?.suspects;
  const holds = new Map<string, boolean>();
  for (const apex of suspects ?? project.zones.keys()) {
    const path = project.zones.get(apex);
    const line = lines.get(apex);
    if (path === undefined) continue;
    if (line === undefined || line.path !== path || (line.day !== '' && line.day !== options.today)) changed.add(apex);
    else {
      let same = holds.get(line.templates);
      if (same === undefined) {
        same = line.templates === templatesText(project, templateNames(line.templates));
        holds.set(line.templates, same);
      }
      if (!same || line.id !== idOf(project, path)) changed.add(apex);
    }
  }
  if (suspects === undefined) for (const apex of lines.keys()) if (!project.zones.has(apex)) changed.add(apex);
  return changed;
}

/** The zones that asked about something that is not as it was. */
function findAffected(work: Work, changed: ReadonlySet<DomainName>): DomainName[] {
  const { cache } = work.options;
  if (cache === undefined || changed.size === 0 || cache.zones.size === 0) return [];
  const moved = [...changed].filter((apex) => work.project.zones.has(apex) !== cache.zones.has(apex));
  const different = work.answers;
  for (const question of cache.questions) {
    if (!changed.has(question.target)) continue;
    const digest = question.kind === 'all' ? undefined : askAgain(work.estate, question);
    if (digest === question.digest) continue;
    different.set(question, digest ?? '');
  }
  if (moved.length === 0 && different.size === 0) return [];
  const affected: DomainName[] = [];
  for (const apex of cache.zones.keys()) {
    const facts = work.known(apex) as ZoneFacts;
    const concerned = moved.some((zone) => isConcerned(facts.neighbourhoods, zone));
    if (concerned || facts.questions.some((question) => different.has(question))) affected.push(apex);
  }
  return affected.filter((apex) => work.project.zones.has(apex));
}

/** Compiles zones and hands them over. `checked`: their findings are known already. */
async function evaluateAll(work: Work, apexes: readonly DomainName[], checked = false): Promise<void> {
  const { take } = work.options;
  const { tree } = work.project;
  let batch: EvaluatedZone[] = [];
  let characters = 0;
  const handOver = async (): Promise<void> => {
    if (batch.length > 0) await take?.(batch);
    batch = [];
    characters = 0;
  };
  for (const [i, apex] of apexes.entries()) {
    if (i % BATCH.zones === 0) {
      await tree.prefetch(apexes.slice(i, i + BATCH.zones).map((each) => work.project.zones.get(each) as string));
    }
    const steps = evaluateInSteps(work, apex, checked);
    const first = untilCompiled(steps);
    const early = take === undefined || first.done === true || !isWorthWhile(first.value) ? undefined : first.value;
    if (early !== undefined) await handOver();
    const { evaluated, size } =
      take !== undefined && early !== undefined ? await checkMeanwhile(early, take, steps) : finish(steps, first);
    work.done.set(apex, evaluated.facts);
    if (!checked) work.options.kept?.keep(evaluated);
    work.options.progress?.(i + 1, apexes.length);
    if (take === undefined || early !== undefined) continue;
    batch.push(evaluated);
    characters += size;
    if (batch.length >= BATCH.zones || characters >= BATCH.characters) await handOver();
  }
  await handOver();
}

/** Compiles a zone and checks it, little by little. `checked`: its findings are known already where its content is the same. */
export function* evaluateInSteps(work: ZoneWork, apex: DomainName, checked: boolean): Steps {
  const amended = evaluateAmended(work, apex);
  if (amended !== undefined) return amended;
  const { project, options, estate, table, documents } = work;
  const { today, limit } = options;
  const { zone, findings: reading, templates, id, source } = documents.read(apex);
  yield;
  const base = {
    apex,
    path: project.zones.get(apex) as string,
    id,
    templates: templatesText(project, templates),
    source,
  };
  if (zone === undefined) {
    const facts: ZoneFacts = {
      ...base,
      day: '',
      state: { kind: 'unreadable' },
      records: 0,
      nodes: [],
      dependent: false,
      web: undefined,
      findings: reading,
      neighbourhoods: new Set(),
      questions: [],
    };
    return { evaluated: { facts, zone: undefined, ordered: undefined, kept: undefined }, size: 0 };
  }
  const asking = withLog(estate, apex, table);
  const { compiled, findings: compiling } = compileZone(zone, asking.estate, project.inventory);
  yield;
  const { web, findings: ofWeb } = hasWebNodes(project.inventory)
    ? sitesOf(zone, asking.estate)
    : { web: undefined, findings: [] };
  const ordered = orderZone(compiled);
  yield;
  const size = zone.source.text.length;
  const known = checked ? work.known(apex) : undefined;
  if (known?.state.kind === 'content' && known.state.content === ordered.content) {
    return { evaluated: { facts: known, zone, ordered, kept: undefined }, size };
  }
  const memory = work.kept === undefined || zone.names.size < MANY_OWNERS ? undefined : newCheckMemory();
  const unchecked: ZoneFacts = {
    ...base,
    day: hangsOnDay(zone) ? today : '',
    state: contentState(zone, ordered.content),
    records: ordered.records,
    nodes: [...compiled.nodes.keys()],
    dependent: isDependent(zone),
    web,
    findings: [...reading, ...compiling, ...ofWeb],
    ...asking.log(),
  };
  yield { evaluated: { facts: unchecked, zone, ordered, kept: undefined }, size };
  const findings = yield* checkZoneInSteps(zone, asking.estate, {
    today,
    reading: unchecked.findings,
    ...(limit !== undefined && { limit }),
    ...(memory !== undefined && { memory }),
  });
  const facts: ZoneFacts = { ...unchecked, findings, ...asking.log() };
  const isQuiet = unchecked.findings.length === 0;
  const order = memory && isQuiet && work.ordered === true ? amendable(zone, ordered) : undefined;
  const kept = memory && isQuiet ? { memory, facts, inventory: project.inventory, today, order } : undefined;
  return { evaluated: { facts, zone, ordered, kept }, size };
}

/** Whether what is found may be different on another day: waivers end, and serials and signatures have dates. */
function hangsOnDay({ waivers, settings }: Zone): boolean {
  const { soa, dnssec } = settings;
  if (soa.serial !== undefined || soa.serialAfter !== undefined || dnssec === 'presigned') return true;
  return waivers.some(({ until }) => until !== undefined);
}

function templatesText(project: Project, names: readonly string[]): string {
  const ids = [...new Set(names)].map((name) => {
    const path = project.templates.get(name);
    return `${name}=${path === undefined ? '-' : idOf(project, path)}`;
  });
  return ids.join(' ');
}

/** The id of a file; a text that is none where the file cannot be read, which is said when it is. */
function idOf({ tree }: Project, path: string): string {
  try {
    return tree.id(path);
  } catch (error) {
    if (error instanceof SourceError) return '?';
    throw error;
  }
}
