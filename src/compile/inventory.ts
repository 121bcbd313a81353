import { DnsSyntaxError } from '../dns/fault.ts';
import { parseIpv4, parseIpv6 } from '../dns/fields/address.ts';
import type { Rdata } from '../dns/octets.ts';
import { findingsOf, newReport, reportProblems } from '../zone/document/report.ts';
import type { Finding } from '../zone/finding.ts';
import type { SourceFile } from '../zone/source.ts';
import type { YamlNode } from '../zone/yaml/node.ts';
import { readYaml } from '../zone/yaml/read.ts';
import { isNodeName } from './paths.ts';

/** What compiling needs to know of `nodes.yaml`; all else in it is for rolling out. */
export interface Inventory {
  /** The names of the nodes; `undefined` where there is no inventory. */
  readonly nodes: ReadonlySet<string> | undefined;
  /** The addresses of the nodes with `web: true`, in the order of the file. */
  readonly webAddresses: { readonly A: readonly Rdata[]; readonly AAAA: readonly Rdata[] };
}

/** No `nodes.yaml` at all. */
export const noInventory: Inventory = { nodes: undefined, webAddresses: { A: [], AAAA: [] } };

/**
 * Reads the names of the nodes and the addresses of the web nodes. What it does not know it passes over: the inventory has
 * a reader of its own, which tells what is wrong with it. Only a text that is no YAML gives findings.
 */
export function readInventory(source: SourceFile | undefined): { inventory: Inventory; findings: Finding[] } {
  if (source === undefined) return { inventory: noInventory, findings: [] };
  const { root, problems } = readYaml(source.text);
  const report = newReport();
  reportProblems(report, source, problems);
  const names = new Set<string>();
  const webAddresses: { A: Rdata[]; AAAA: Rdata[] } = { A: [], AAAA: [] };
  for (const { key, value } of entriesOf(under(root, 'nodes'))) {
    if (!isNodeName(key.text)) continue;
    names.add(key.text);
    const address = textOf(under(under(value, 'probe'), 'address'));
    if (textOf(under(value, 'web')) === 'true' && address !== undefined) addAddress(webAddresses, address);
  }
  return { inventory: { nodes: names, webAddresses }, findings: findingsOf(report) };
}

function addAddress(to: { A: Rdata[]; AAAA: Rdata[] }, text: string): void {
  const [list, parse] = text.includes(':') ? [to.AAAA, parseIpv6] : [to.A, parseIpv4];
  try {
    const rdata = parse(text) as Rdata;
    if (!list.includes(rdata)) list.push(rdata);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
  }
}

function entriesOf(node: YamlNode | undefined) {
  return node?.kind === 'map' ? node.entries : [];
}

function under(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return entriesOf(node).find((entry) => entry.key.text === key)?.value;
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}
