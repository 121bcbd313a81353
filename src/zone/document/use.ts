import { quoted } from '../../dns/fault.ts';
import { isTemplateName } from '../layout.ts';
import type { Span } from '../source.ts';
import type { YamlNode } from '../yaml/node.ts';
import { complain, type Document, spanOf } from './document.ts';
import { key, mapOf, type Placed, placed, readGroup, type Setting, scalar, scalarSetting } from './setting.ts';

/** One template that a zone uses. */
export interface Use {
  readonly template: string;
  readonly vars: ReadonlyMap<string, Placed<string>>;
  readonly span: Span;
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

const templateName: Setting<string> = {
  schema: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_./-]*$' },
  read(node, document, what) {
    const found = scalar(node, document, what);
    if (found === undefined || isTemplateName(found.text)) return found?.text;
    complain(
      document,
      'template-name',
      found,
      `${quoted(found.text)} cannot be the name of a template`,
      'write the path of its file below templates/, without .yaml, such as mail/google',
    );
    return undefined;
  },
};

/** The value of a variable: any single value, as text. */
export const variableText: Setting<string> = scalarSetting((text) => text, {
  type: ['string', 'number', 'boolean', 'null'],
});

const keys = {
  template: key(templateName, 'The name of the template: its path below templates/, without .yaml.', {
    examples: ['mail/google'],
  }),
  vars: key(mapOf(placed(variableText), isVariable, { pattern: VARIABLE.source }), 'The values of its variables.', {
    examples: [{ selector: 'k1' }],
  }),
};

/** Whether a key can name a variable; if not, that is said. */
export function isVariable(name: { text: string; start: number; end: number }, document: Document): boolean {
  if (VARIABLE.test(name.text)) return true;
  complain(
    document,
    'template-variable',
    name,
    `${quoted(name.text)} cannot be the name of a variable`,
    'begin with a letter and use letters, digits, "-" and "_"',
  );
  return false;
}

const useSchema = {
  anyOf: [
    templateName.schema,
    {
      type: 'object',
      properties: {
        template: { description: keys.template.about, ...templateName.schema },
        vars: { description: keys.vars.about, ...keys.vars.setting.schema },
      },
      required: ['template'],
      additionalProperties: false,
    },
  ],
};

/** One entry of `use:`: the name of a template, or `{ template, vars }`. */
export const useSetting: Setting<Use> = {
  schema: useSchema,
  read(node: YamlNode, document, what) {
    const span = spanOf(document, node);
    if (node.kind !== 'map') {
      const template = templateName.read(node, document, what);
      return template === undefined ? undefined : { template, vars: new Map(), span };
    }
    const { template, vars = new Map() } = readGroup(node, keys, document, what, '');
    if (template !== undefined) return { template, vars, span };
    if (!node.entries.some((entry) => entry.key.text === 'template')) {
      complain(document, 'document-shape', node, 'an entry of use has no "template"', 'add "template:" and its name');
    }
    return undefined;
  },
};
