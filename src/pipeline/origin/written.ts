import { DnsSyntaxError } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Octets, type Rdata, toText } from '../../dns/octets.ts';
import { comparableRdata, rdataFromText, rdataToText, typeName } from '../../dns/rdata.ts';
import { extentOf } from '../../zone/checks/extent.ts';
import { formOf } from '../../zone/document/form.ts';
import { textRdata } from '../../zone/document/text.ts';
import type { YamlNode } from '../../zone/yaml/node.ts';
import { readYaml } from '../../zone/yaml/read.ts';
import type { DeclaredRRset } from '../../zone/zone.ts';

/** The scalar with which a value begins at an offset, or that of `{ value: ... }`; `undefined` where it is a map of fields. */
export function writtenAt(text: string, start: number): string | undefined {
  const source = text.slice(start, extentOf(text, start));
  const first = source[0] ?? '';
  if (!/["'{]/.test(first)) return /[|>&*!]/.test(first) ? undefined : source;
  const { root, problems } = readYaml(source);
  return problems.length === 0 ? scalarOf(root) : undefined;
}

function scalarOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind === 'scalar') return node.text;
  const value = node?.kind === 'map' ? node.entries.find(({ key }) => key.text === 'value')?.value : undefined;
  return value?.kind === 'scalar' ? value.text : undefined;
}

/** Whether a text stands for an rdata of the RRset, as a document would read it. */
export function means(text: string, { type }: DeclaredRRset, rdata: Rdata, apex: DomainName): boolean {
  try {
    const bare = formOf(typeName(type))?.text === true && !text.startsWith('"');
    const read = bare ? textRdata(text) : rdataFromText(type, text, apex);
    return read === rdata || comparableRdata(type, read) === comparableRdata(type, rdata);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return false;
    throw error;
  }
}

/** An rdata as a document would have it: the bare text of TXT and its kin where it can be, else presentation form. */
export function plainText(type: number, rdata: Rdata): string {
  if (formOf(typeName(type))?.text === true) {
    const parts: string[] = [];
    for (let at = 0; at < rdata.length; at += 1 + rdata.charCodeAt(at))
      parts.push(rdata.slice(at + 1, at + 1 + rdata.charCodeAt(at)));
    const text = toText(parts.join('') as Octets);
    if (
      text !== undefined &&
      text !== '' &&
      !text.startsWith('"') &&
      !/[\0-\x1f\x7f]/.test(text) &&
      textRdata(text) === rdata
    )
      return text;
  }
  return rdataToText(type, rdata);
}

/** Tells whether an offset of a document is in its `generate:`; `undefined` where it has none. */
export function generatedFrom(text: string): ((offset: number) => boolean) | undefined {
  // The engine finds a word much faster than a pattern.
  if (!text.includes('generate')) return undefined;
  const generate = keyAt(text, 'generate');
  if (generate < 0) return undefined;
  const records = keyAt(text, 'records');
  return (offset) => offset > generate && !(records > generate && offset > records);
}

function keyAt(text: string, key: string): number {
  return text.search(new RegExp(`^["']?${key}["']?:`, 'm'));
}
