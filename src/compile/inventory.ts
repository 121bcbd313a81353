import { parseIpv4, parseIpv6 } from '../dns/fields/address.ts';
import type { Rdata } from '../dns/octets.ts';
import type { Finding } from '../zone/finding.ts';
import { type NodesFile, readNodes } from '../zone/inventory/inventory.ts';
import type { SourceFile } from '../zone/source.ts';

/** What compiling needs to know of `nodes.yaml`. */
export interface Inventory {
  /** The names of the nodes; `undefined` where there is no inventory. */
  readonly nodes: ReadonlySet<string> | undefined;
  /** The addresses of the nodes with `web: true`, in the order of the file. */
  readonly webAddresses: { readonly A: readonly Rdata[]; readonly AAAA: readonly Rdata[] };
  /** All of it. */
  readonly file: NodesFile;
}

/** No `nodes.yaml` at all. */
export const noInventory: Inventory = {
  nodes: undefined,
  webAddresses: { A: [], AAAA: [] },
  file: readNodes(undefined).inventory,
};

/** Reads the inventory, and says what is wrong with it. */
export function readInventory(source: SourceFile | undefined): { inventory: Inventory; findings: Finding[] } {
  if (source === undefined) return { inventory: noInventory, findings: [] };
  const { inventory: file, findings } = readNodes(source);
  const webAddresses: { A: Rdata[]; AAAA: Rdata[] } = { A: [], AAAA: [] };
  for (const { web, address } of file.nodes.values()) {
    if (!web || address === undefined) continue;
    const [list, rdata] = address.includes(':')
      ? [webAddresses.AAAA, parseIpv6(address) as Rdata]
      : [webAddresses.A, parseIpv4(address) as Rdata];
    if (!list.includes(rdata)) list.push(rdata);
  }
  return { inventory: { nodes: new Set(file.nodes.keys()), webAddresses, file }, findings };
}

/** Whether a node serves proxied and redirected names. */
export function hasWebNodes({ file }: Inventory): boolean {
  return [...file.nodes.values()].some(({ web }) => web);
}
