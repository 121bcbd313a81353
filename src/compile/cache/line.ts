import type { DomainName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import type { SerialPolicy } from '../../zone/settings.ts';
import type { ZoneFacts } from '../facts.ts';
import type { Question } from '../questions.ts';
import type { ZoneState } from '../serial/trace.ts';
import type { ZoneSites } from '../web/sites.ts';

/**
 * The facts of a zone as one line of the cache. The fields that tell whether it still holds, and whether it has to do with a
 * change elsewhere, come first: of ten thousand zones only those are read whole of which more has to be known.
 */
export interface CacheLine {
  readonly apex: DomainName;
  readonly path: string;
  readonly id: string;
  readonly templates: string;
  readonly day: string;
  /** Whether there are findings, and whether one of them stops a release. */
  readonly hasFindings: boolean;
  readonly stops: boolean;
  /** Whether its content hangs on other zones or on the inventory. */
  readonly dependent: boolean;
  /** Whether nodes have values of their own. */
  readonly hasNodes: boolean;
  /** Whether web nodes serve names of it; see {@link webOf}. */
  readonly hasWeb: boolean;
  /** Whether its serial must come after one that was served elsewhere; see {@link floorOf}. */
  readonly hasFloor: boolean;
  /** Whether it is signed here by a policy; see {@link signedBy}. */
  readonly isSigned: boolean;
  readonly source: string;
  /** Empty where it could not be compiled. */
  readonly content: string;
  /** The whole line. */
  readonly text: string;
}

/** Whether a line says something of a zone that a release has to know beside what it was made from. */
export function isNotable({ day, stops, hasWeb, hasFloor, isSigned }: CacheLine): boolean {
  return stops || day !== '' || hasWeb || hasFloor || isSigned;
}

/** Writes facts as a line; `undefined` where they do not fit into one. `indexOf` numbers the questions. */
export function printLine(facts: ZoneFacts, indexOf: (question: Question) => number): string | undefined {
  const { state, neighbourhoods } = facts;
  if (/[\t\n\r]/.test(facts.path) || facts.id === '') return undefined;
  const fields = [
    facts.apex,
    facts.path,
    facts.id,
    facts.templates,
    facts.day,
    flagsOf(facts),
    facts.source,
    state.kind === 'content' ? state.content : '',
    printState(state),
    facts.records,
    facts.nodes.join(','),
    neighbourhoods === 'any' ? '*' : [...neighbourhoods].join(' '),
    facts.questions.map(indexOf).join(','),
    facts.web === undefined ? '' : JSON.stringify(facts.web),
    facts.findings.length === 0 ? '' : JSON.stringify(facts.findings),
  ];
  return fields.join('\t');
}

function flagsOf({ findings, dependent, nodes, state, web }: ZoneFacts): string {
  const flags = [
    findings.length > 0 ? 'f' : '',
    findings.some(stops) ? 's' : '',
    dependent ? 'd' : '',
    nodes.length > 0 ? 'n' : '',
    web === undefined ? '' : 'w',
    state.kind === 'content' && state.floor !== undefined ? 'o' : '',
    state.kind === 'content' && state.signedBy !== undefined ? 'k' : '',
  ];
  return flags.join('');
}

/** How many fields are read at once. */
const FIRST_FIELDS = 8;

/** Reads the first fields of a line. */
export function readLine(text: string): CacheLine {
  const fields: string[] = [];
  let from = 0;
  for (let i = 0; i < FIRST_FIELDS; i++) {
    const to = text.indexOf('\t', from);
    fields.push(text.slice(from, to));
    from = to + 1;
  }
  const [apex, path, id, templates, day, flags, source, content] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    apex: apex as DomainName,
    path,
    id,
    templates,
    day,
    hasFindings: flags.includes('f'),
    stops: flags.includes('s'),
    dependent: flags.includes('d'),
    hasNodes: flags.includes('n'),
    hasWeb: flags.includes('w'),
    hasFloor: flags.includes('o'),
    isSigned: flags.includes('k'),
    source,
    content,
    text,
  };
}

/** Reads a whole line. `questions` are numbered as they were when it was written. */
export function factsOf(line: CacheLine, questions: readonly Question[]): ZoneFacts {
  const [state, records, nodes, neighbourhoods, asked, web, findings] = line.text.split('\t').slice(FIRST_FIELDS) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    apex: line.apex,
    path: line.path,
    id: line.id,
    templates: line.templates,
    day: line.day,
    source: line.source,
    state: readState(line.content, state),
    records: Number(records),
    nodes: nodes === '' ? [] : nodes.split(','),
    dependent: line.dependent,
    neighbourhoods: neighbourhoods === '*' ? 'any' : new Set(neighbourhoods.split(' ')),
    questions: asked === '' ? [] : asked.split(',').map((index) => questions[Number(index)] as Question),
    web: web === '' ? undefined : (JSON.parse(web) as ZoneSites),
    findings: findings === '' ? [] : (JSON.parse(findings) as Finding[]),
  };
}

/** What the zone's serial depends on. */
export function stateOf(line: CacheLine): ZoneState {
  return factsOf(line, []).state;
}

/** The serial that the zone's own must come after. */
export function floorOf(line: CacheLine): Serial | undefined {
  const state = factsOf(line, []).state;
  return state.kind === 'content' ? state.floor : undefined;
}

/** What the zone has for web nodes. */
export function webOf(line: CacheLine): ZoneSites | undefined {
  return line.hasWeb ? factsOf(line, []).web : undefined;
}

/** The name of the DNSSEC policy by which the zone is signed here. */
export function signedBy(line: CacheLine): string | undefined {
  const state = line.isSigned ? factsOf(line, []).state : undefined;
  return state?.kind === 'content' ? state.signedBy : undefined;
}

function printState(state: ZoneState): string {
  if (state.kind !== 'content') return '';
  return `${state.policy} ${state.floor ?? '-'} ${state.documentSerial ?? '-'} ${state.signedBy ?? ''}`;
}

function readState(content: string, text: string): ZoneState {
  if (content === '') return { kind: 'unreadable' };
  const [policy, floor, documentSerial, signedBy] = text.split(' ') as [string, string, string, string];
  return {
    kind: 'content',
    content,
    policy: policy as SerialPolicy,
    floor: serialOf(floor),
    documentSerial: serialOf(documentSerial),
    signedBy: signedBy === '' ? undefined : signedBy,
  };
}

function serialOf(text: string): Serial | undefined {
  return text === '-' ? undefined : (Number(text) as Serial);
}
