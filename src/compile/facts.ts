import type { DomainName } from '../dns/name.ts';
import type { Finding } from '../zone/finding.ts';
import type { Question, QuestionLog } from './questions.ts';
import type { ContentState, ZoneState } from './serial/trace.ts';
import type { ZoneSites } from './web/sites.ts';

/** What is known about a zone once it was compiled and checked: enough for a release in which it is unchanged. */
export interface ZoneFacts {
  readonly apex: DomainName;
  /** The path of its document. */
  readonly path: string;
  /** The id of its document's octets; empty where they could not be read. */
  readonly id: string;
  /** The templates that it uses with the ids of their octets: `mail/google=1234… dkim=-`. */
  readonly templates: string;
  /** The day for which the findings hold, `YYYY-MM-DD`; empty where they hold on any. */
  readonly day: string;
  /** SHA-256 over document, templates and settings. */
  readonly source: string;
  /** What its serial depends on; not `content` where it could not be compiled. */
  readonly state: ZoneState;
  readonly records: number;
  /** The nodes that have values of their own, sorted. */
  readonly nodes: readonly string[];
  /** Whether its content hangs on other zones or on the inventory. */
  readonly dependent: boolean;
  /** What it has for web nodes; `undefined` where that is nothing. */
  readonly web: ZoneSites | undefined;
  readonly findings: readonly Finding[];
  readonly neighbourhoods: QuestionLog['neighbourhoods'];
  readonly questions: readonly Question[];
}

/** The facts of a zone that could be compiled. */
export type ContentFacts = ZoneFacts & { readonly state: ContentState };

/** Whether a zone could be compiled. */
export function hasContent(facts: ZoneFacts): facts is ContentFacts {
  return facts.state.kind === 'content';
}

/** The names of the templates in {@link ZoneFacts.templates}. */
export function templateNames(templates: string): string[] {
  return templates === '' ? [] : templates.split(' ').map((each) => each.slice(0, each.lastIndexOf('=')));
}
