import type { DomainName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';
import type { Finding } from '../../zone/finding.ts';
import type { SerialPolicy } from '../../zone/settings.ts';
import type { ZoneFacts } from '../facts.ts';
import type { Question } from '../questions.ts';
import type { ZoneState } from '../serial/trace.ts';

/**
 * The facts of a zone as one line of the cache. The fields that tell whether it still holds come first, so that of ten
 * thousand zones only those are read whole of which more has to be known.
 */
export interface CacheLine {
  readonly apex: DomainName;
  readonly path: string;
  readonly id: string;
  readonly templates: string;
  readonly day: string;
  /** Whether there are findings. */
  readonly hasFindings: boolean;
  /** The whole line. */
  readonly text: string;
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
    facts.findings.length === 0 ? '' : 'f',
    facts.source,
    printState(state),
    facts.records,
    facts.nodes.join(','),
    facts.dependent ? 'd' : '',
    neighbourhoods === 'any' ? '*' : [...neighbourhoods].join(' '),
    facts.questions.map(indexOf).join(','),
    facts.findings.length === 0 ? '' : JSON.stringify(facts.findings),
  ];
  return fields.join('\t');
}

/** Reads the first fields of a line. */
export function readLine(text: string): CacheLine {
  const ends: number[] = [];
  let at = -1;
  for (let i = 0; i < 6; i++) {
    at = text.indexOf('\t', at + 1);
    ends.push(at);
  }
  const [apex, path, id, templates, day, flag] = ends as [number, number, number, number, number, number];
  return {
    apex: text.slice(0, apex) as DomainName,
    path: text.slice(apex + 1, path),
    id: text.slice(path + 1, id),
    templates: text.slice(id + 1, templates),
    day: text.slice(templates + 1, day),
    hasFindings: flag > day + 1,
    text,
  };
}

/** Reads a whole line. `questions` are numbered as they were when it was written. */
export function factsOf(line: CacheLine, questions: readonly Question[]): ZoneFacts {
  const fields = line.text.split('\t');
  const [, , , , , , source, state, records, nodes, dependent, neighbourhoods, asked, findings] = fields as string[];
  return {
    apex: line.apex,
    path: line.path,
    id: line.id,
    templates: line.templates,
    day: line.day,
    source: source as string,
    state: readState(state as string),
    records: Number(records),
    nodes: nodes === '' ? [] : (nodes as string).split(','),
    dependent: dependent === 'd',
    neighbourhoods: neighbourhoods === '*' ? 'any' : new Set((neighbourhoods as string).split(' ')),
    questions: asked === '' ? [] : (asked as string).split(',').map((index) => questions[Number(index)] as Question),
    findings: findings === '' ? [] : (JSON.parse(findings as string) as Finding[]),
  };
}

function printState(state: ZoneState): string {
  if (state.kind !== 'content') return '';
  const { content, policy, floor, documentSerial } = state;
  return `${content} ${policy} ${floor ?? '-'} ${documentSerial ?? '-'}`;
}

function readState(text: string): ZoneState {
  if (text === '') return { kind: 'unreadable' };
  const [content, policy, floor, documentSerial] = text.split(' ') as [string, string, string, string];
  return {
    kind: 'content',
    content,
    policy: policy as SerialPolicy,
    floor: serialOf(floor),
    documentSerial: serialOf(documentSerial),
  };
}

function serialOf(text: string): Serial | undefined {
  return text === '-' ? undefined : (Number(text) as Serial);
}
