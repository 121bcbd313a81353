import type { Block } from '../../compile/plan/plan.ts';
import { TOP_FILES } from '../../compile/source/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { escapeMarkdown, planMarkdown } from '../plan/markdown.ts';
import { printPlan, summarizePlan } from '../plan/text.ts';
import { countFindings, plural, type Report, summarize } from '../report/report.ts';
import { noPaint, printText } from '../report/text.ts';
import { annotations } from './annotations.ts';
import type { Assessment } from './assess.ts';
import type { Verdict } from './forge.ts';

/** Tells our comment from all others; nobody sees it. */
export const MARKER = '<!-- zonewright: review -->';

/** The most characters of a comment that every host takes, less some room. */
export const COMMENT_LIMIT = 65_000;

/** How a pull request is judged beyond what is in it. */
export interface Circumstances {
  readonly head: string;
  /** The branch that it goes to, whose configuration holds. */
  readonly base: string;
  /** The label that lifts thresholds, and whether it is there. */
  readonly label: string;
  readonly allowed: boolean;
  /** Where the whole of it can be read; `undefined`: nowhere. */
  readonly link: string | undefined;
}

/** Whether it may go in as it is: no finding stops it, and every threshold that it passes was lifted. */
export function isStopped({ stopped, plan }: Assessment, { allowed }: Pick<Circumstances, 'allowed'>): boolean {
  return stopped || (plan.blocks.length > 0 && !allowed);
}

/** What is said at the commit. */
export function verdictOf(assessment: Assessment, around: Circumstances): Verdict {
  const { findings, plan } = assessment;
  return {
    state: isStopped(assessment, around) ? 'failure' : 'success',
    title: titleOf(assessment, around),
    summary: [
      `${escapeMarkdown(summarizePlan(plan))}.`,
      ...blockLines(plan.blocks, around),
      ...notes(assessment, around),
      ...(findings.length === 0 ? [] : [`Findings: ${escapeMarkdown(summarize(reportOf(assessment)))}.`]),
      ...(around.link === undefined ? [] : [`[The whole plan](${around.link})`]),
    ].join('\n\n'),
    annotations: annotations(findings),
    link: around.link,
  };
}

/** One short sentence: what is wrong, else what changes. */
function titleOf({ findings, plan, zones }: Assessment, { allowed }: Circumstances): string {
  const { error } = countFindings(findings);
  const blocks = allowed ? 0 : plan.blocks.length;
  const wrong = [...(error > 0 ? [plural(error, 'error')] : []), ...(blocks > 0 ? [passed(blocks)] : [])];
  if (wrong.length > 0) return wrong.join(', ');
  const said = summarizePlan({ ...plan, blocks: [] });
  return findings.length === 0 ? said : `${said}; ${summarize({ findings, zones }).replace(/^[^:]*: /, '')}`;
}

function passed(count: number): string {
  return `${plural(count, 'threshold')} passed`;
}

/** The comment: what is wrong first, then what changes, record by record. Never longer than hosts take. */
export function commentOf(assessment: Assessment, around: Circumstances): string {
  const { plan, findings } = assessment;
  const heading = `### zonewright: ${escapeMarkdown(titleOf(assessment, around))}`;
  const parts = [MARKER, heading, ...notes(assessment, around)];
  if (findings.length > 0) parts.push(findingsBlock(assessment));
  parts.push(...blockLines(plan.blocks, around));
  const more =
    around.link === undefined
      ? `see all of it with \`zonewright plan --base ${around.base}... --head ${around.head.slice(0, 12)}\``
      : `[see all of it](${around.link})`;
  const end = `\n<sub>${around.head.slice(0, 12)} against ${escapeMarkdown(around.base)}</sub>\n`;
  const text = `${parts.join('\n\n')}\n\n`;
  return `${text}${planMarkdown({ ...plan, blocks: [] }, COMMENT_LIMIT - text.length - end.length, more)}${end}`;
}

/** The whole of it as plain text. */
export function wholeText(assessment: Assessment, around: Circumstances): string {
  const { plan, lineOf } = assessment;
  const said = plan.blocks.map((block) => ({ ...block, fix: fixOf(block, around) }));
  const title = `${titleOf(assessment, around)} (${around.head} against ${around.base})\n\n`;
  return `${title}${printText(reportOf(assessment), noPaint, lineOf)}\n${printPlan({ ...plan, blocks: said }, noPaint)}`;
}

function reportOf({ findings, zones }: Assessment): Report {
  return { findings: worstFirst(findings), zones };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Errors before all others, each in the order of their places. */
function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => Number(stops(b)) - Number(stops(a)) || RANK[a.severity] - RANK[b.severity]);
}

/** How many findings the comment shows, and of how many characters: annotations have the others. */
const SHOWN = 30;
const FINDINGS_LIMIT = 16_000;

/** In a block of code nothing is a mention, a link or markup. */
function findingsBlock({ findings, zones, lineOf }: Assessment): string {
  const open = worstFirst(findings).filter(({ waived }) => waived === undefined);
  let shown = open.slice(0, SHOWN);
  let text = '';
  do {
    text = printText({ findings: shown, zones }, noPaint, lineOf).replace(/\n[^\n]*\n$/, '');
    if (text.length > FINDINGS_LIMIT) shown = shown.slice(0, shown.length >> 1);
  } while (text.length > FINDINGS_LIMIT && shown.length > 0);
  if (shown.length === 0) return `${plural(open.length, 'finding')}.`;
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  const rest = open.length - shown.length;
  return `${fence}text\n${text}\n${fence}${rest === 0 ? '' : `\n\nand ${rest} more.`}`;
}

const BLOCKS_SHOWN = 20;

/** What each threshold that is passed means, and what to do about it. */
function blockLines(blocks: readonly Block[], around: Circumstances): string[] {
  if (blocks.length === 0) return [];
  const lines = blocks.slice(0, BLOCKS_SHOWN).map((block) => {
    return `> - **${escapeMarkdown(block.message)}**: ${escapeMarkdown(fixOf(block, around))}`;
  });
  if (blocks.length > BLOCKS_SHOWN) lines.push(`> - and ${blocks.length - BLOCKS_SHOWN} more`);
  const head = around.allowed ? ['> [!WARNING]', '> Allowed by the label:'] : ['> [!CAUTION]', '> This is stopped:'];
  return [[...head, ...lines].join('\n')];
}

function fixOf({ rule }: Block, { label, allowed }: Circumstances): string {
  const tell = rule === 'apex-ns-changed' ? 'tell the parent zone' : 'make sure that it is meant';
  return allowed ? tell : `${tell}, and allow it with the label ${label}`;
}

/** What people have to know to understand the rest. */
function notes({ changed, elsewhere }: Assessment, { base }: Circumstances): string[] {
  const own = TOP_FILES.filter((file) => changed.includes(file));
  const said: string[] = [];
  if (own.length > 0) {
    const verb = own.length === 1 ? 'is' : 'are';
    said.push(
      `${own.map((file) => `\`${file}\``).join(' and ')} ${verb} changed. What that means is not shown: everything here is judged by the configuration of ${escapeMarkdown(base)}.`,
    );
  }
  if (elsewhere > 0) {
    said.push(
      `${plural(elsewhere, 'error')} in other files ${elsewhere === 1 ? 'was' : 'were'} there before and will stop a release.`,
    );
  }
  return said;
}
