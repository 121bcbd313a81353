import type { ZoneDelta } from '../../compile/plan/delta.ts';
import type { Plan } from '../../compile/plan/plan.ts';
import { consequencesOf, nameOf, summarizePlan, zoneHeading, zoneLines } from './text.ts';

/** The largest comment that GitHub takes, in characters, less some room for what is put around. */
export const MARKDOWN_LIMIT = 65_000;

/** From how many lines on a zone is folded away. */
const OPEN_LINES = 40;

/**
 * The plan for a pull request: the summary first, what stands in the way, then a foldable diff a zone. Never longer than
 * `limit` characters: what does not fit is counted, with `more` (a link to the whole, in words) behind it.
 */
export function planMarkdown(
  plan: Plan,
  limit = MARKDOWN_LIMIT,
  more = 'run "zonewright plan" to see all of it',
): string {
  const blocks = plan.blocks.map(({ message, fix }) => `> - **${escapeMarkdown(message)}**: ${escapeMarkdown(fix)}`);
  const warning = blocks.length === 0 ? [] : ['', '> [!CAUTION]', '> This would be stopped:', ...blocks.slice(0, 20)];
  if (blocks.length > 20) warning.push(`> - and ${blocks.length - 20} more`);
  let text = [`**${escapeMarkdown(summarizePlan(plan))}**`, ...warning, ...dnssecSection(plan), ''].join('\n');
  const room = limit - 100 - more.length;
  for (const [i, delta] of plan.zones.entries()) {
    const section = zoneSection(delta, room - text.length, more);
    if (section === undefined) {
      const left = plan.zones.length - i;
      return `${text}\n${left === 1 ? '1 zone is' : `${left} zones are`} not shown: ${more}.\n`;
    }
    text += section;
  }
  return text;
}

/** How many consequences for DNSSEC are shown. */
const DNSSEC_LINES = 50;

function dnssecSection(plan: Plan): string[] {
  const { dnssec } = plan;
  if (dnssec.length === 0) return [];
  const { own, aside } = consequencesOf(plan);
  const lines = [...own, ...aside].slice(0, DNSSEC_LINES).map(({ zone, text, todo }) => {
    const then = todo === undefined ? '' : ` To do: ${escapeMarkdown(todo)}.`;
    return `- **${escapeMarkdown(nameOf(zone))}**: ${escapeMarkdown(text)}.${then}`;
  });
  if (dnssec.length > DNSSEC_LINES) lines.push(`- and ${dnssec.length - DNSSEC_LINES} more`);
  return ['', '**DNSSEC**', '', ...lines];
}

function zoneSection(delta: ZoneDelta, room: number, more: string): string | undefined {
  const lines = zoneLines(delta).map(({ sign, text }) => `${sign} ${visible(text)}`);
  const open = lines.length <= OPEN_LINES ? ' open' : '';
  const head = `\n<details${open}><summary>${escapeHtml(zoneHeading(delta))}</summary>\n\n`;
  // A fence longer than any run of backticks inside cannot be closed from within.
  const fence = '`'.repeat(
    Math.max(3, ...lines.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length)) + 1)),
  );
  const frame = head.length + 2 * fence.length + 40 + more.length;
  let taken = 0;
  let size = frame;
  for (const line of lines) {
    if (size + line.length + 1 > room) break;
    size += line.length + 1;
    taken++;
  }
  if (taken === 0) return undefined;
  const cut = taken === lines.length ? '' : `\n${lines.length - taken} more lines: ${more}.\n`;
  return `${head}${fence}diff\n${lines.slice(0, taken).join('\n')}\n${fence}\n${cut}\n</details>\n`;
}

function visible(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
}

/** Text that is nothing but itself in Markdown. */
export function escapeMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_{}[\]<>#|]/g, '\\$&');
}

function escapeHtml(text: string): string {
  return visible(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
