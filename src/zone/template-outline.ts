import { parseSeconds } from '../dns/ttl.ts';
import { substituteText } from './document/substitute.ts';
import { readTemplate } from './document/template.ts';
import type { SourceFile } from './source.ts';
import { PLACEHOLDER } from './template-copy.ts';
import type { YamlNode } from './yaml/node.ts';

const BARE = PLACEHOLDER.slice(0, -1);

/** One record of a template, as texts: what is in them may be known only to who uses it. */
export interface OutlinedRecord {
  /** Without a final dot; ends in the name of the placeholder where it hangs on the zone. */
  readonly owner: string;
  readonly type: string;
  /** Seconds; `undefined`: the zone's. */
  readonly ttl: number | undefined;
  readonly value: string;
}

/** A template as people read it. */
export interface TemplateOutline {
  readonly description: string | undefined;
  readonly soa: ReadonlyMap<string, string>;
  readonly records: readonly OutlinedRecord[];
}

/**
 * What a template holds, to be looked at: variables without a default stand there as `${name}`, and values as they are
 * written, for with such a variable an address or a number is none yet. `undefined` where the file cannot be read.
 */
export function outlineTemplate(source: SourceFile): TemplateOutline | undefined {
  const { vars, entries, description, soa, findings } = readTemplate(source);
  if (findings.some(({ severity }) => severity === 'error')) return undefined;
  const shown = (text: string): string =>
    substituteText(
      text,
      (name) => (name === 'zone' ? BARE : vars.has(name) ? (vars.get(name) ?? `\${${name}}`) : undefined),
      () => undefined,
    );
  const records = entries.flatMap(({ key, value: types }) =>
    types.kind !== 'map'
      ? []
      : types.entries.flatMap(({ key: { text: type }, value: node }) => {
          const { ttl, values } = valuesOf(node);
          return type === 'waive'
            ? []
            : values.map((value) => ({ owner: ownerText(shown(key.text)), type, ttl, value }));
        }),
  );
  return {
    description,
    soa: new Map([...soa].map(([field, text]) => [field, shown(text)])),
    records: records.map(({ value, ...record }) => ({ ...record, value: shown(valueText(value)) })),
  };
}

function ownerText(text: string): string {
  if (text === '@') return BARE;
  return text.endsWith('.') ? text.slice(0, -1) : `${text}.${BARE}`;
}

/** What stands under a type: a value, a list of values, or `{ ttl, values }`. */
function valuesOf(node: YamlNode): { readonly ttl: number | undefined; readonly values: readonly YamlNode[] } {
  if (node.kind === 'seq') return { ttl: undefined, values: node.items };
  const given = node.kind === 'map' ? new Map(node.entries.map(({ key, value }) => [key.text, value])) : new Map();
  const [ttl, values] = [given.get('ttl'), given.get('values')];
  return {
    ttl: ttl?.kind === 'scalar' ? parseSeconds(ttl.text) : undefined,
    values: values === undefined ? [node] : values.kind === 'seq' ? values.items : [values],
  };
}

/** A value in one line: what options stand beside, or the fields that it is made of. */
function valueText(node: YamlNode): string {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'seq') return node.items.map(valueText).join(' ');
  const fields = node.entries.filter(({ key }) => key.text !== 'ttl');
  const value = fields.find(
    ({ key }) => key.text === 'value' && fields.every(({ key: { text } }) => options.has(text)),
  );
  return value === undefined ? fields.map((field) => valueText(field.value)).join(' ') : valueText(value.value);
}

const options: ReadonlySet<string> = new Set(['value', 'nodes', 'proxied']);
