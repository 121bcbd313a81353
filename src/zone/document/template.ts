import { quoted } from '../../dns/fault.ts';
import { type DomainName, ROOT } from '../../dns/name.ts';
import type { Finding } from '../finding.ts';
import type { SourceFile } from '../source.ts';
import { placeOf } from '../source.ts';
import type { MapEntry, ScalarNode, YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { complain, type Document } from './document.ts';
import { newRecords, type Records, readEntry, recordsReader } from './records.ts';
import { adopt, findingsOf, newReport, type Report, report, reportProblems } from './report.ts';
import { key, map, mapOf, readGroup, type Setting } from './setting.ts';
import { substituteNode, substituteScalar } from './substitute.ts';
import { closest } from './suggest.ts';
import { isVariable, type Use, variableText } from './use.ts';

/** A template as its file states it, before any zone uses it. */
export interface Template {
  /** The variables, with their defaults where they have one. */
  readonly vars: ReadonlyMap<string, string | undefined>;
  readonly entries: readonly MapEntry[];
  /** For people. */
  readonly description: string | undefined;
  /** See the key `soa`. */
  readonly soa: ReadonlyMap<string, string>;
  /** What is wrong with the file whatever zone uses it. */
  readonly findings: readonly Finding[];
}

/** The variable that every template has: the zone's name without its final dot. */
const ZONE_VARIABLE = 'zone';

const varsSetting: Setting<ReadonlyMap<string, string | undefined>> = {
  schema: {
    anyOf: [
      { type: 'array', items: { type: 'string' } },
      { type: 'object', additionalProperties: variableText.schema },
    ],
  },
  read(node, document, what) {
    const vars = new Map<string, string | undefined>();
    const entries =
      node.kind === 'seq'
        ? node.items.map((item) => ({ key: item, value: undefined }))
        : map(node, document, what)?.entries;
    for (const { key: name, value } of entries ?? []) {
      if (name.kind !== 'scalar') {
        complain(document, 'document-shape', name, 'vars is not a list of names', 'write vars: [selector, domain]');
      } else if (name.text === ZONE_VARIABLE) {
        complain(
          document,
          'template-variable',
          name,
          `\${${ZONE_VARIABLE}} is always the name of the zone`,
          'give the variable another name, or remove it',
        );
      } else if (isVariable(name, document)) {
        const usual =
          value === undefined || isNothing(value) ? undefined : variableText.read(value, document, name.text);
        vars.set(name.text, usual);
      }
    }
    return vars;
  },
};

const entriesSetting: Setting<readonly MapEntry[]> = {
  schema: { $ref: '#/$defs/records' },
  read: (node, document, what) => map(node, document, what)?.entries,
};

const SOA_KEYS: readonly string[] = ['primary', 'contact', 'refresh', 'retry', 'expire', 'minimum', 'ttl'];

/** Texts with variables: what they stand for is looked at in the zones that are made of them. */
const soaTexts: Setting<ReadonlyMap<string, string>> = mapOf(
  variableText,
  (name, document) => {
    if (SOA_KEYS.includes(name.text)) return true;
    complain(document, 'unknown-key', name, `${quoted(name.text)} is no key of soa`, `use ${SOA_KEYS.join(', ')}`);
    return false;
  },
  { enum: [...SOA_KEYS] },
);

/** The keys of a template. */
export const templateKeys = {
  vars: key(varsSetting, 'The names of its variables: a list, or a map with their defaults (nothing: must be given).', {
    examples: [['selector'], { selector: 'k1' }],
  }),
  records: key(entriesSetting, `Names with their records, as in a zone; \${variable} is replaced in names and values.`),
  description: key(variableText, 'What it is for, in a few words for people.', { examples: ['mail at Google'] }),
  soa: key(soaTexts, 'The SOA of zones that a program makes as copies of it; zones that use it have their own.', {
    examples: [{ primary: `ns1.\${zone}.` }],
  }),
};

const stated = new WeakMap<SourceFile, Template>();

/** Reads the file of a template. A file is read once, however many zones use it. */
export function readTemplate(source: SourceFile): Template {
  const known = stated.get(source);
  if (known !== undefined) return known;
  const to = newReport();
  const { root, problems } = readYaml(source.text);
  reportProblems(to, source, problems);
  const document: Document = { source, apex: undefined, report: to };
  const found = root === undefined ? undefined : map(root, document, 'a template');
  const {
    vars = new Map(),
    records = [],
    description,
    soa = new Map(),
  } = found === undefined ? {} : readGroup(found, templateKeys, document, 'a template', '');
  const template: Template = { vars, entries: records, description, soa, findings: findingsOf(to) };
  stated.set(source, template);
  return template;
}

/** The records that a template gives a zone. What is wrong is said in the template, with the place that uses it. */
export function useTemplate(use: Use, source: SourceFile, apex: DomainName, to: Report): Records {
  const template = readTemplate(source);
  const records = newRecords(apex);
  const usedAt = { place: placeOf(use.span), message: 'the template is used here' };
  for (const finding of template.findings) {
    const related = [...(finding.related ?? []), usedAt];
    adopt(to, source, { ...finding, ...(to.zone === undefined ? {} : { zone: to.zone }), related });
  }
  const values = valuesOf(use, template, apex, to);
  if (values === undefined) return records;
  const document: Document = { source, apex, report: to, usedAt: use.span };
  const reader = recordsReader(document, apex, records);
  let known = true;
  const unknown = (expression: string, node: ScalarNode): void => {
    known = false;
    const near = closest(expression, values.keys());
    complain(
      document,
      'template-variable',
      node,
      expression === '${'
        ? `${quoted(node.text)} has "\${" without "}"`
        : `the template has no variable ${quoted(expression)}`,
      `${near === undefined ? 'declare it under "vars:"' : `write \${${near}} if that is meant`}; "$\${" stands for "\${" itself`,
    );
  };
  const lookup = (name: string): string | undefined => values.get(name);
  for (const entry of template.entries) {
    known = true;
    const owner = substituteScalar(entry.key, lookup, unknown);
    const value = substituteNode(entry.value, lookup, unknown);
    if (known) readEntry(reader, owner, value);
  }
  return records;
}

/** The values of a template's variables; `undefined` where one is missing or unknown, which has then been said. */
function valuesOf(use: Use, template: Template, apex: DomainName, to: Report): Map<string, string> | undefined {
  const values = new Map([[ZONE_VARIABLE, apex === ROOT ? '' : apex.slice(0, -1)]]);
  let complete = true;
  for (const [name, { value, span }] of use.vars) {
    if (template.vars.has(name)) {
      values.set(name, value);
      continue;
    }
    complete = false;
    const near = closest(name, template.vars.keys());
    const takes = template.vars.size === 0 ? 'no variables' : [...template.vars.keys()].join(', ');
    report(to, 'template-variable', span, {
      message: `the template ${use.template} has no variable ${quoted(name)}`,
      fix: near === undefined ? `remove it; the template takes ${takes}` : `write "${near}" if that is meant`,
    });
  }
  for (const [name, usual] of template.vars) {
    if (values.has(name)) continue;
    if (usual !== undefined) {
      values.set(name, usual);
      continue;
    }
    complete = false;
    report(to, 'template-variable', use.span, {
      message: `the template ${use.template} needs a value for ${quoted(name)}`,
      fix: `write { template: ${use.template}, vars: { ${name}: ... } }`,
    });
  }
  return complete ? values : undefined;
}

/** Nothing at all, or what YAML calls nothing: a default that nobody can have meant as a text. */
function isNothing(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false;
  return node.style === 'empty' || (node.style === 'plain' && (node.text === 'null' || node.text === '~'));
}
