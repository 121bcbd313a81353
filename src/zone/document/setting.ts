import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import type { Data, JsonSchema } from '../../dns/rrtype.ts';
import { MAX_TTL, parseTtl } from '../../dns/ttl.ts';
import type { Span } from '../source.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { complain, type Document, kindOf, relatedIn, replaceScalar, spanOf } from './document.ts';
import { reportFault } from './report.ts';
import { closest } from './suggest.ts';

/**
 * One kind of setting: how it is read from a document and how it is described to an editor. A setting is stated once; the
 * reader, its messages and the JSON Schema all come from the statement.
 */
export interface Setting<T> {
  /** Reads the value; `what` names the setting in messages. `undefined` where it is wrong, which has then been said. */
  readonly read: (node: YamlNode, document: Document, what: string) => T | undefined;
  /** What an editor may find there: YAML's own types, so a number where text is meant is a number. */
  readonly schema: JsonSchema;
}

/** A setting under its key. */
export interface Key<T> {
  readonly setting: Setting<T>;
  /** One sentence for the reference page and for editors. */
  readonly about: string;
  readonly default?: Data;
  readonly examples?: readonly Data[];
}

/** The keys of a map, in the order in which they are listed for people. */
export type Keys = { readonly [key: string]: Key<unknown> };

/** What a map with these keys holds; every key may be missing. */
export type Values<K extends Keys> = { readonly [P in keyof K]?: K[P] extends Key<infer T> ? T : never };

/** A value with its place in the document. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

/** States a key. */
export function key<T>(setting: Setting<T>, about: string, more: { default?: Data; examples?: Data[] } = {}): Key<T> {
  return { setting, about, ...more };
}

/** The scalar that is expected here; `undefined`, and said, for maps, lists and nothing. */
export function scalar(node: YamlNode, document: Document, what: string): ScalarNode | undefined {
  if (node.kind === 'scalar' && node.style !== 'empty') return node;
  complain(
    document,
    'document-shape',
    node,
    `${what} is ${kindOf(node)} where a single value is expected`,
    `write one value behind "${what}:"`,
  );
  return undefined;
}

/** The map that is expected here; `undefined`, and said, for everything else. */
export function map(node: YamlNode, document: Document, what: string): MapNode | undefined {
  if (node.kind === 'map') return node;
  complain(
    document,
    'document-shape',
    node,
    `${what} is ${kindOf(node)} where a map is expected`,
    `write "key: value" pairs under ${what}`,
  );
  return undefined;
}

/** A setting read from the text of a scalar by a function that throws `DnsSyntaxError` where the text is wrong. */
export function scalarSetting<T>(
  parse: (text: string, what: string, document: Document) => T,
  schema: JsonSchema,
): Setting<T> {
  return {
    schema,
    read(node, document, what) {
      const found = scalar(node, document, what);
      if (found === undefined) return undefined;
      try {
        return parse(found.text, what, document);
      } catch (fault) {
        reportFault(document.report, fault, spanOf(document, found), { related: relatedIn(document) });
        return undefined;
      }
    },
  };
}

/** What is wrong with the value of a setting. */
export function settingFault(what: string, text: string, fix: string): DnsSyntaxError {
  return new DnsSyntaxError(`${what} is ${quoted(text)}`, fix, 'setting-value');
}

/** A time in seconds, with or without units. */
export function time(min = 0, max = MAX_TTL): Setting<number> {
  return scalarSetting(
    (text, what) => {
      const seconds = parseTtl(text, what, max);
      if (seconds >= min) return seconds;
      throw settingFault(what, text, `write at least ${min} second${min === 1 ? '' : 's'}`);
    },
    {
      anyOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', pattern: '^([0-9]+[smhdwSMHDW])+$|^[0-9]+$' },
      ],
    },
  );
}

/** A whole number in decimal digits. */
export function whole(min: number, max: number): Setting<number> {
  return scalarSetting(
    (text, what) => {
      const value = /^\d{1,12}$/.test(text) ? Number(text) : -1;
      if (value >= min && value <= max) return value;
      throw settingFault(what, text, `write a whole number from ${min} to ${max}`);
    },
    {
      anyOf: [
        { type: 'integer', minimum: min, maximum: max },
        { type: 'string', pattern: '^[0-9]{1,12}$' },
      ],
    },
  );
}

/** `true` or `false`. */
export const flag: Setting<boolean> = scalarSetting(
  (text, what) => {
    if (text === 'true' || text === 'false') return text === 'true';
    throw settingFault(what, text, 'write true or false');
  },
  { enum: [true, false, 'true', 'false'] },
);

/** One of a few words. */
export function choice<const T extends string>(...words: readonly T[]): Setting<T> {
  return {
    schema: { enum: words.flatMap((word) => (word === 'false' || word === 'off' ? [word, false] : [word])) },
    read(node, document, what) {
      const found = scalar(node, document, what);
      if (found === undefined) return undefined;
      const word = words.find((each) => each === found.text);
      if (word !== undefined) return word;
      const near = closest(found.text, words);
      complain(
        document,
        'setting-value',
        found,
        `${what} is ${quoted(found.text)}`,
        near === undefined ? `write ${words.join(', ')}` : `write ${near} (the choices are ${words.join(', ')})`,
        near === undefined ? {} : { edits: replaceScalar(document, found, near) },
      );
      return undefined;
    },
  };
}

/** A setting whose value is kept in another form. */
export function mapped<T, U>(setting: Setting<T>, to: (value: T) => U): Setting<U> {
  return {
    schema: setting.schema,
    read(node, document, what) {
      const value = setting.read(node, document, what);
      return value === undefined ? undefined : to(value);
    },
  };
}

/** A setting with its place, for what can only be judged later. */
export function placed<T>(setting: Setting<T>): Setting<Placed<T>> {
  return {
    schema: setting.schema,
    read(node, document, what) {
      const value = setting.read(node, document, what);
      return value === undefined ? undefined : { value, span: spanOf(document, node) };
    },
  };
}

/** A list; one value alone is a list of one. Values that are wrong are left out, after that was said. */
export function listOf<T>(setting: Setting<T>): Setting<readonly T[]> {
  return {
    schema: { anyOf: [setting.schema, { type: 'array', items: setting.schema }] },
    read(node, document, what) {
      const items = node.kind === 'seq' ? node.items : [node];
      return items.flatMap((item) => setting.read(item, document, what) ?? []);
    },
  };
}

/** A map whose keys people choose. `checkKey` says what is wrong with one; entries that are wrong are left out. */
export function mapOf<T>(
  setting: Setting<T>,
  checkKey: (key: ScalarNode, document: Document) => boolean,
  propertyNames: JsonSchema,
): Setting<ReadonlyMap<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: setting.schema, propertyNames },
    read(node, document, what) {
      const found = map(node, document, what);
      if (found === undefined) return undefined;
      const values = new Map<string, T>();
      for (const { key: name, value } of found.entries) {
        if (!checkKey(name, document)) continue;
        const read = readAt(`${what}.${name.text}`, setting, value, document);
        if (read !== undefined) values.set(name.text, read);
      }
      return values;
    },
  };
}

/** A map with fixed keys; a key that is not among them is a finding that names the one that was probably meant. */
export function group<K extends Keys>(keys: K): Setting<Values<K>> {
  return {
    schema: groupSchema(keys),
    read(node, document, what) {
      const found = map(node, document, what);
      if (found === undefined) return undefined;
      return readGroup(found, keys, document, what, `${what}.`);
    },
  };
}

/**
 * Reads the entries of a map by their keys. `what` is the map in messages, `path` comes before the keys in messages and in
 * the places of settings: nothing for the outermost map, `soa.` for the map under `soa`. `hint` may know what an unknown key
 * was meant to be.
 */
export function readGroup<K extends Keys>(
  node: MapNode,
  keys: K,
  document: Document,
  what: string,
  path: string,
  hint?: (name: ScalarNode, value: YamlNode) => string | undefined,
): Values<K> {
  const values: { [name: string]: unknown } = Object.create(null);
  for (const { key: name, value } of node.entries) {
    const known = Object.hasOwn(keys, name.text) ? keys[name.text] : undefined;
    if (known === undefined) {
      unknownKey(name, Object.keys(keys), document, what, hint?.(name, value));
      continue;
    }
    const read = readAt(path + name.text, known.setting, value, document);
    if (read !== undefined) values[name.text] = read;
  }
  return values as Values<K>;
}

function readAt<T>(path: string, setting: Setting<T>, value: YamlNode, document: Document): T | undefined {
  const read = setting.read(value, document, path);
  if (read !== undefined) document.settingsAt?.set(path, spanOf(document, value));
  return read;
}

/** Says that a key is not known, and which one was probably meant unless `hint` knows better. */
export function unknownKey(
  name: ScalarNode,
  known: readonly string[],
  document: Document,
  what: string,
  hint?: string,
): void {
  const near = hint === undefined ? closest(name.text, known) : undefined;
  const advice = near === undefined ? (hint ?? 'remove it') : `write "${near}" if that is meant`;
  complain(
    document,
    'unknown-key',
    name,
    `${quoted(name.text)} is not a key of ${what}`,
    `${advice}; ${what} takes ${known.join(', ')}`,
    near === undefined ? {} : { edits: replaceScalar(document, name, near) },
  );
}

function groupSchema(keys: Keys): JsonSchema {
  return { type: 'object', properties: keysSchema(keys), additionalProperties: false };
}

/** The schemas of keys, with what editors show about them. */
export function keysSchema(keys: Keys): { readonly [name: string]: JsonSchema } {
  return Object.fromEntries(
    Object.entries(keys).map(([name, { setting, about, examples, default: usual }]) => [
      name,
      {
        description: about,
        ...setting.schema,
        ...(usual === undefined ? {} : { default: usual }),
        ...(examples === undefined ? {} : { examples }),
      },
    ]),
  );
}
