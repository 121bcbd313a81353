import type { Check } from './check.ts';
import type { Excluded } from './excluded.ts';
import type { Section } from './list.ts';

/**
 * The reference page of the checks, in Markdown, made from their statements. `fixable` are the ids of those that
 * `check --fix` can repair in some cases.
 */
export function referencePage(
  sections: readonly Section[],
  excluded: readonly Excluded[],
  fixable: ReadonlySet<string>,
): string {
  const count = sections.reduce((sum, { checks }) => sum + checks.length, 0);
  return [
    HEAD.replace('COUNT', String(count)),
    ...sections.map(({ title, checks }) => `## ${title}\n\n${checks.map((check) => entry(check, fixable)).join('\n')}`),
    `## Rules without a check\n\n${EXCLUDED}\n\n${excluded.map(excludedEntry).join('\n')}\n`,
  ].join('\n');
}

const HEAD = `# Checks

<!-- Made from the statements of the checks by "npm run docs". -->

\`zonewright check\` holds every zone of the repository against COUNT rules and tells all that it finds in one run, each
finding with the place of the very value and what to write instead.

- **error**: a standard forbids it, or a name server refuses to load it; no release is built.
- **warning**: bad practice, which works today and hurts one day.
- **info**: style.

A rule's severity can be set in \`zonewright.yaml\` for the project or for zones by pattern, and in a zone's document:
\`checks: { cname-chain: off }\`. A finding can be accepted where it stands, for one name or under \`waive:\` at the top of
the document for the whole zone, with a reason and, if it is not for good, a last day:
\`waive: { underscore-in-host: "until 2027-03-01: vendor appliance" }\`. Waived findings are counted in every report.

- *hard core*: cannot be switched off or waived, as what it finds cannot be compiled or is refused by name servers.
- *opt-in*: off until a severity is set for it.
- *fixable*: \`zonewright check --fix\` repairs it where only one thing can be meant.

The codes in brackets number the rules that were collected from what DNS tools check; a rule that none of these checks
covers stands at the end, with the reason.
`;

const EXCLUDED = `What other tools check and zonewright does not:`;

function entry(check: Check, fixable: ReadonlySet<string>): string {
  const { id, severity, standard, reason, repair, covers } = check;
  const traits = [
    `**${severity}**`,
    ...(check.hard === true ? ['*hard core*'] : []),
    ...(check.optIn === true ? ['*opt-in*'] : []),
    ...(fixable.has(id) ? ['*fixable*'] : []),
    escaped(standard),
    ...(covers.length > 0 ? [`[${covers.join(', ')}]`] : []),
  ];
  return `### ${id}\n\n${traits.join(' · ')}\n\n${escaped(reason)}\n${escaped(repair)}\n`;
}

function excludedEntry({ code, rule, reason }: Excluded): string {
  return `- **${code}** ${escaped(rule)} ${escaped(reason)}`;
}

/** Text in which nothing is Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&');
}
