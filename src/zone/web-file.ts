import { DnsSyntaxError, quoted } from '../dns/fault.ts';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from '../dns/fields/address.ts';
import { parseGlob, type ZoneGlob } from '../dns/glob.ts';
import { complain, type Document } from './document/document.ts';
import { findingsOf, newReport, reportProblems } from './document/report.ts';
import {
  group,
  key,
  listOf,
  map,
  mapOf,
  readGroup,
  type Setting,
  scalarSetting,
  settingFault,
} from './document/setting.ts';
import type { Finding } from './finding.ts';
import type { SourceFile } from './source.ts';
import type { ScalarNode } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

/** A network, `192.0.2.0/24` or `2001:db8::/32`, as RFC 5952 writes it. */
export type Network = `${string}/${number}`;

/** `web.yaml`: who may have the caches of the web nodes forget what they hold. */
export interface WebFile {
  /** The networks of accounts, which count for the zones that they own. */
  readonly accounts: ReadonlyMap<string, readonly Network[]>;
  /** The networks for the zones that match a pattern. */
  readonly zones: readonly { readonly glob: ZoneGlob; readonly networks: readonly Network[] }[];
}

/** The file's name, beside `zonewright.yaml`. */
export const WEB_FILE = 'web.yaml';

/** Reads a network, or one address; host bits must be 0. Throws a DnsSyntaxError that names `what`. */
export function parseNetwork(text: string, what = 'the network'): Network {
  const [address = '', length, ...rest] = text.split('/');
  const isV6 = address.includes(':');
  const most = isV6 ? 128 : 32;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : -1;
  const octets = rest.length > 0 || bits < 0 || bits > most ? undefined : octetsOf(address, isV6);
  if (octets === undefined) throw settingFault(what, text, 'write a network such as 192.0.2.0/24 or 2001:db8::/32');
  for (let bit = bits; bit < most; bit++) {
    if (((octets.charCodeAt(bit >> 3) >> (7 - (bit & 7))) & 1) === 0) continue;
    throw settingFault(what, text, `write the network's own address: the bits after the first ${bits} are 0`);
  }
  return `${isV6 ? printIpv6(octets, 0) : printIpv4(octets, 0)}/${bits}`;
}

function octetsOf(address: string, isV6: boolean): string | undefined {
  try {
    return isV6 ? parseIpv6(address) : parseIpv4(address);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

const networks: Setting<readonly Network[]> = listOf(
  scalarSetting((text, what) => parseNetwork(text, what), { type: 'string', maxLength: 49 }),
);

/** The keys of `web.yaml`. */
export const webKeys = {
  purge: key(
    group({
      accounts: key(
        mapOf(networks, checkAccount, { minLength: 1, maxLength: 320 }),
        'The networks of accounts and groups, for the zones that name them as owners.',
        { examples: [{ alice: ['192.0.2.0/24'] }] },
      ),
      zones: key(
        mapOf(networks, checkPattern, { minLength: 1 }),
        'The networks for the zones that match a pattern: * is any run of characters (dots too), ? is one.',
        { examples: [{ 'example.com': ['198.51.100.7'] }] },
      ),
    }),
    'From where PURGE requests are obeyed, which remove a page from the caches of the web nodes.',
  ),
};

/** Reads `web.yaml`. What is wrong is left out after that was said; without a file nobody may purge. */
export function readWebFile(source: SourceFile | undefined): { web: WebFile; findings: Finding[] } {
  const nothing: WebFile = { accounts: new Map(), zones: [] };
  if (source === undefined) return { web: nothing, findings: [] };
  const report = newReport();
  const { root, problems } = readYaml(source.text);
  reportProblems(report, source, problems);
  const document: Document = { source, apex: undefined, report };
  const isEmpty = root === undefined || (root.kind === 'scalar' && root.style === 'empty');
  const found = isEmpty ? undefined : map(root, document, WEB_FILE);
  const purge = found === undefined ? undefined : readGroup(found, webKeys, document, WEB_FILE, '').purge;
  const zones = [...(purge?.zones ?? [])].flatMap(([pattern, of]) => {
    const glob = parseGlob(pattern);
    return glob === undefined ? [] : [{ glob, networks: of }];
  });
  return { web: { accounts: purge?.accounts ?? nothing.accounts, zones }, findings: findingsOf(report) };
}

function checkAccount(name: ScalarNode, document: Document): boolean {
  if (name.text !== '' && name.text.length <= 320 && !/[\x00-\x20\x7f]/.test(name.text)) return true;
  complain(document, 'setting-value', name, `${quoted(name.text)} is no account`, 'write the name of an account');
  return false;
}

function checkPattern(name: ScalarNode, document: Document): boolean {
  if (parseGlob(name.text) !== undefined) return true;
  complain(
    document,
    'setting-value',
    name,
    `${quoted(name.text)} is not a pattern of zone names`,
    'write a zone name in which * stands for any run of characters, such as "*.example.com"',
  );
  return false;
}
