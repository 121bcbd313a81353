import { createHash } from 'node:crypto';
import type { DomainName } from '../dns/name.ts';
import { isAtOrBelow, isBelow } from '../dns/name.ts';
import type { RRset } from '../dns/rrset.ts';
import type { DeclaredRRset } from '../zone/zone.ts';
import type { RepositoryEstate } from './estate.ts';

/**
 * A question that was asked of a zone's content while another was compiled and checked: its RRsets at an owner (`rrsets`),
 * whether it answers for a name (`answers`), what it answers (`answer`), or so much that any change counts (`all`).
 */
export interface Question {
  readonly kind: 'rrsets' | 'answers' | 'answer' | 'all';
  readonly target: DomainName;
  readonly name: DomainName;
  /** What the answer was, in short. */
  digest: string;
}

/** Everything that a zone's findings and content hang on outside of its own document. */
export interface QuestionLog {
  /**
   * The neighbourhoods in which it asked which zones there are: a change among the zones counts if it is in one of them. See
   * {@link isConcerned}. `any`: there were too many to remember.
   */
  readonly neighbourhoods: ReadonlySet<string> | 'any';
  readonly questions: readonly Question[];
}

/** The questions of all zones, each once, whoever asked it. */
export interface QuestionTable {
  /** The question; asked, if it is new. */
  note(kind: Exclude<Question['kind'], 'all'>, target: DomainName, name: DomainName): Question;
  noteAll(target: DomainName): Question;
}

/** A table that holds the known questions; new ones are asked of the estate. */
export function newQuestionTable(estate: RepositoryEstate, known: readonly Question[] = []): QuestionTable {
  const table = new Map<string, Question>(known.map((each) => [keyOf(each.kind, each.target, each.name), each]));
  const keep = (question: Question): Question => {
    table.set(keyOf(question.kind, question.target, question.name), question);
    return question;
  };
  return {
    note(kind, target, name) {
      const found = table.get(keyOf(kind, target, name));
      return found ?? keep({ kind, target, name, digest: askAgain(estate, { kind, target, name }) });
    },
    noteAll: (target) => table.get(keyOf('all', target, target)) ?? keep(aboutAll(target)),
  };
}

function keyOf(kind: Question['kind'], target: DomainName, name: DomainName): string {
  return `${kind} ${target} ${name}`;
}

/** What the answer is now, in short. */
export function askAgain(estate: RepositoryEstate, question: Pick<Question, 'kind' | 'target' | 'name'>): string {
  const { kind, target, name } = question;
  if (kind === 'answers') return estate.answers(target, name) ? 'y' : 'n';
  if (kind === 'rrsets') return digestOf(estate.rrsetsAt(target, name));
  if (kind === 'all') return '';
  const { kind: found, rrsets, alias, redirect } = estate.answerAt(target, name);
  const more = [alias?.target, alias?.ttl, redirect?.ttl, redirect?.status, redirect?.target].join(' ');
  return found === 'data' ? digestOf(rrsets, more) : found;
}

function digestOf(rrsets: readonly RRset[], more = ''): string {
  if (rrsets.length === 0 && more.trim() === '') return '-';
  const hash = createHash('sha256').update(more);
  for (const rrset of rrsets) {
    hash.update(
      `\n${rrset.type} ${rrset.ttl} ${rrset.rdatas.length} ${JSON.stringify((rrset as DeclaredRRset).options)}`,
    );
    for (const rdata of rrset.rdatas) hash.update(`\n${rdata.length} ${rdata}`, 'latin1');
  }
  return hash.digest('base64url').slice(0, 22);
}

/** How many questions to one zone, and how many neighbourhoods, are told apart. */
const MAX_QUESTIONS = 256;
const MAX_NEIGHBOURHOODS = 256;

/** The estate as one zone asks it, and the log of what it asked. What it asks about itself is not logged. */
export function withLog(
  estate: RepositoryEstate,
  asker: DomainName,
  table: QuestionTable,
): { estate: RepositoryEstate; log: () => QuestionLog } {
  const neighbourhoods = new Set<string>();
  const asked = new Map<DomainName, Map<string, Question> | Question>();
  const own = `.${asker}`;
  let last = '';

  const near = (name: DomainName): void => {
    // Names of the zone itself are the rule, and so are several in a row of another one.
    if (name === asker || name.endsWith(own)) {
      if (last !== own) {
        neighbourhoods.add(neighbourhoodOf(asker));
        neighbourhoods.add(`>${asker}`);
        last = own;
      }
      return;
    }
    const neighbourhood = neighbourhoodOf(name);
    if (neighbourhood !== last && neighbourhoods.size <= MAX_NEIGHBOURHOODS) neighbourhoods.add(neighbourhood);
    last = neighbourhood;
  };
  const about = (kind: Exclude<Question['kind'], 'all'>, target: DomainName, name: DomainName): void => {
    if (target === asker) return;
    let ofTarget = asked.get(target);
    if (ofTarget === undefined) {
      ofTarget = new Map();
      asked.set(target, ofTarget);
    }
    if (!(ofTarget instanceof Map)) return;
    const key = `${kind} ${name}`;
    if (ofTarget.has(key)) return;
    if (ofTarget.size < MAX_QUESTIONS) ofTarget.set(key, table.note(kind, target, name));
    else asked.set(target, table.noteAll(target));
  };
  return {
    estate: {
      zoneFor(name) {
        near(name);
        return estate.zoneFor(name);
      },
      parentOf(apex) {
        near(apex);
        return estate.parentOf(apex);
      },
      childrenOf(apex) {
        neighbourhoods.add(`>${apex}`);
        return estate.childrenOf(apex);
      },
      zonesBelow(name) {
        neighbourhoods.add(`>${name}`);
        return estate.zonesBelow(name);
      },
      rrsetsAt(target, owner) {
        about('rrsets', target, owner);
        return estate.rrsetsAt(target, owner);
      },
      answers(target, name) {
        about('answers', target, name);
        return estate.answers(target, name);
      },
      answerAt(target, name) {
        about('answer', target, name);
        return estate.answerAt(target, name);
      },
    },
    log: () => ({
      neighbourhoods: neighbourhoods.size > MAX_NEIGHBOURHOODS ? 'any' : neighbourhoods,
      questions: [...asked.values()].flatMap((of) => (of instanceof Map ? [...of.values()] : [of])),
    }),
  };
}

/** Both logs as one; where both hold an answer, that of the second. It grows no further than the log of one asker does. */
export function joinLogs(first: QuestionLog, second: QuestionLog): QuestionLog {
  const byTarget = new Map<DomainName, Map<string, Question>>();
  for (const question of [...first.questions, ...second.questions]) {
    const { kind, target, name } = question;
    const ofTarget = byTarget.get(target);
    if (ofTarget === undefined) byTarget.set(target, new Map([[keyOf(kind, target, name), question]]));
    else ofTarget.set(keyOf(kind, target, name), question);
  }
  const neighbourhoods =
    first.neighbourhoods === 'any' || second.neighbourhoods === 'any'
      ? 'any'
      : new Set([...first.neighbourhoods, ...second.neighbourhoods]);
  return {
    neighbourhoods: neighbourhoods !== 'any' && neighbourhoods.size > MAX_NEIGHBOURHOODS ? 'any' : neighbourhoods,
    questions: [...byTarget].flatMap(([target, asked]) =>
      asked.size > MAX_QUESTIONS ? [aboutAll(target)] : [...asked.values()],
    ),
  };
}

function aboutAll(target: DomainName): Question {
  return { kind: 'all', target, name: target, digest: '' };
}

/**
 * The part of the name space that a name lies in: its last two labels, below `arpa.` the last three. Zones are registered and
 * delegated there, so few neighbourhoods cover all names that a zone mentions.
 */
function neighbourhoodOf(name: DomainName): string {
  const tail = name.endsWith('arpa.') ? 3 : 2;
  let at = name.length - 1;
  for (let labels = 0; labels < tail && at > 0; labels++) at = name.lastIndexOf('.', at - 1);
  return at <= 0 ? name : name.slice(at + 1);
}

/** Whether what a zone asked about zones may have another answer because this zone came or went. */
export function isConcerned(neighbourhoods: QuestionLog['neighbourhoods'], changed: DomainName): boolean {
  if (neighbourhoods === 'any') return true;
  const of = neighbourhoodOf(changed);
  for (const each of neighbourhoods) {
    if (each.startsWith('>')) {
      if (isBelow(changed, each.slice(1) as DomainName)) return true;
    } else if (each === of || isAtOrBelow(each as DomainName, changed)) {
      return true;
    }
  }
  return false;
}
