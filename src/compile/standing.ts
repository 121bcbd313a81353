import type { DomainName } from '../dns/name.ts';
import { type Finding, stops } from '../zone/finding.ts';
import type { Zone } from '../zone/zone.ts';
import type { KeptZone } from './amended.ts';
import { newEstate, type RepositoryEstate } from './estate.ts';
import { type EvaluatedZone, evaluateInSteps, type ZoneWork } from './evaluate.ts';
import type { ZoneFacts } from './facts.ts';
import type { Project, ReadDocument } from './project.ts';
import { askAgain, isConcerned, newQuestionTable, type Question } from './questions.ts';

/**
 * What is known of every zone of a project while it stands in memory: a change costs the zones that it touches and those
 * that had asked about what it changes, not the estate.
 */
export interface Standing {
  readonly facts: ReadonlyMap<DomainName, ZoneFacts>;
  /** The zones that asked something about this one. */
  askersOf(zone: DomainName): Iterable<DomainName>;
  /** Takes over what an evaluation found; `undefined`: the zone is gone. */
  put(apex: DomainName, facts: ZoneFacts | undefined): void;
  /** What is kept of a zone, so that not all of it has to be looked at when a few of its owners change. */
  keptOf(zone: Zone): KeptZone | undefined;
  /** Keeps something of a zone as long as somebody has it. */
  keep(evaluated: EvaluatedZone): void;
}

/** Nothing known yet. */
export function newStanding(): Standing {
  const facts = new Map<DomainName, ZoneFacts>();
  const askers = new Map<DomainName, Set<DomainName>>();
  const held = new WeakMap<Zone, KeptZone>();
  return {
    facts,
    keptOf: (zone) => held.get(zone),
    keep({ zone, kept }) {
      if (zone === undefined) return;
      if (kept === undefined) held.delete(zone);
      else held.set(zone, kept);
    },
    askersOf: (zone) => askers.get(zone) ?? [],
    put(apex, known) {
      for (const { target } of facts.get(apex)?.questions ?? []) askers.get(target)?.delete(apex);
      for (const { target } of known?.questions ?? []) {
        const ofTarget = askers.get(target);
        if (ofTarget === undefined) askers.set(target, new Set([apex]));
        else ofTarget.add(apex);
      }
      if (known === undefined) facts.delete(apex);
      else facts.set(apex, known);
    },
  };
}

/** A state of the project that is to be evaluated, zones by zones. */
export interface StandingProject {
  readonly project: Project;
  /** The document of a zone as it was read; the same object as long as it is the same. May throw to ask for more time. */
  document(apex: DomainName): ReadDocument;
  /** The estate of these very zones, where it is known already. */
  readonly estate?: RepositoryEstate | undefined;
  readonly today: string;
}

/** What came of evaluating zones. */
export interface Trial {
  /** The zones that were evaluated: those that were named, and those that hang on them; `undefined`: gone. */
  readonly facts: ReadonlyMap<DomainName, ZoneFacts | undefined>;
  /** What was compiled of the zones that were named. */
  readonly zones: ReadonlyMap<DomainName, EvaluatedZone>;
  /** What was compiled of those that hang on them. */
  readonly others: readonly EvaluatedZone[];
  /** Errors that were not there before. */
  readonly errors: readonly Finding[];
}

/** Zones that hang on a change and are looked at for it; what more there are is found when a release is built. */
const AFFECTED = 1000;

/** Something that is worked out little by little: between two steps others can have their turn. */
export type InSteps<T> = Generator<unknown, T, undefined>;

/**
 * Evaluates zones as they are in a state of the project, and those others whose questions have other answers there. Changes
 * nothing: what was found is taken over with {@link adopt}.
 */
export function* tryZones(
  standing: Standing,
  state: StandingProject,
  changed: ReadonlySet<DomainName>,
): InSteps<Trial> {
  const { project } = state;
  const estate = state.estate ?? estateOf(state);
  // What is kept of a zone holds for itself: not where others change with it.
  const work = workOn(state, estate, changed.size === 1 ? standing.keptOf : () => undefined);
  const facts = new Map<DomainName, ZoneFacts | undefined>();
  const zones = new Map<DomainName, EvaluatedZone>();
  const errors: Finding[] = [];
  const evaluate = function* (apex: DomainName): InSteps<EvaluatedZone> {
    const { evaluated } = yield* evaluateInSteps(work, apex, false);
    facts.set(apex, evaluated.facts);
    errors.push(...newErrors(standing.facts.get(apex)?.findings ?? [], evaluated.facts.findings));
    return evaluated;
  };
  for (const apex of changed) {
    if (project.zones.has(apex)) zones.set(apex, yield* evaluate(apex));
    else facts.set(apex, undefined);
  }
  const moved = [...changed].filter((apex) => standing.facts.has(apex) !== project.zones.has(apex));
  const answers = new Map<Question, boolean>();
  const differs = (question: Question): boolean => {
    let known = answers.get(question);
    if (known === undefined) {
      known = question.kind === 'all' || askAgain(estate, question) !== question.digest;
      answers.set(question, known);
    }
    return known;
  };
  const concerned = new Set<DomainName>();
  for (const target of changed) {
    for (const apex of standing.askersOf(target)) {
      const questions = standing.facts.get(apex)?.questions ?? [];
      if (questions.some((question) => question.target === target && differs(question))) concerned.add(apex);
    }
  }
  if (moved.length > 0) {
    for (const [apex, { neighbourhoods }] of standing.facts)
      if (moved.some((zone) => isConcerned(neighbourhoods, zone))) concerned.add(apex);
  }
  const others: EvaluatedZone[] = [];
  for (const apex of [...concerned].filter((each) => !changed.has(each)).slice(0, AFFECTED))
    if (project.zones.has(apex)) others.push(yield* evaluate(apex));
  return { facts, zones, others, errors };
}

/** Evaluates one zone for itself: what others make of it is left for later. */
export function* evaluateAlone(state: StandingProject, apex: DomainName): InSteps<EvaluatedZone> {
  const work = workOn(state, state.estate ?? estateOf(state), () => undefined);
  return (yield* evaluateInSteps(work, apex, false)).evaluated;
}

/** The estate of the zones of a project. */
export function estateOf({ project, document }: StandingProject): RepositoryEstate {
  return newEstate(project.zones, (apex) => (project.zones.has(apex) ? document(apex).zone : undefined));
}

function workOn(
  { project, document, today }: StandingProject,
  estate: RepositoryEstate,
  kept: Standing['keptOf'],
): ZoneWork {
  return {
    project,
    options: { today },
    estate,
    table: newQuestionTable(estate),
    documents: { read: document },
    known: () => undefined,
    kept,
  };
}

/** Takes over what a trial found. */
export function adopt(standing: Standing, { facts, zones, others }: Omit<Trial, 'errors'>): void {
  for (const [apex, known] of facts) standing.put(apex, known);
  for (const evaluated of [...zones.values(), ...others]) standing.keep(evaluated);
}

/** The findings that stop a release and were not there before, whatever their lines. */
function newErrors(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const known = new Set(before.filter(stops).map(identity));
  return after.filter((finding) => stops(finding) && !known.has(identity(finding)));
}

function identity({ rule, owner, type, message }: Finding): string {
  return [rule, owner, type, message].join('\0');
}
