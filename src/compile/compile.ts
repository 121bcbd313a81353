import type { DomainName } from '../dns/name.ts';
import { displayName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { typeName } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { A } from '../dns/types/a.ts';
import { valueSpan } from '../zone/checks/place.ts';
import type { Finding } from '../zone/finding.ts';
import { placeOf, type Span } from '../zone/source.ts';
import type { DeclaredRRset, Zone } from '../zone/zone.ts';
import { type Chain, flatten, type Values, webValues } from './flatten.ts';
import type { Inventory } from './inventory.ts';
import { type CompileRule, compileSeverity } from './rules.ts';
import { withSignatureSets } from './signatures.ts';

/** A zone as name servers get it, but for the serial and signatures. */
export interface CompiledZone {
  readonly apex: DomainName;
  /** What every node serves that has nothing of its own. The serial of the SOA is 0, or that of a presigned zone. */
  readonly names: ReadonlyMap<DomainName, readonly RRset[]>;
  /** By node, sorted: the owners whose RRsets differ there, each with all of its RRsets. */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<DomainName, readonly RRset[]>>;
}

/** What compiling a zone gives. */
export interface Compilation {
  readonly compiled: CompiledZone;
  readonly findings: readonly Finding[];
}

/**
 * Turns a zone as its document declares it into what is served: `ALIAS` and `REDIRECT` become addresses, proxied addresses
 * those of the web nodes, and pinned values go to their nodes. A value without nodes is served everywhere; where all values
 * of an RRset are pinned, a node that none of them names serves all.
 */
export function compileZone(zone: Zone, chain: Chain, inventory: Inventory): Compilation {
  const changed = new Map<DomainName, Declared[]>();
  for (const [owner, rrsets] of zone.names) {
    if (rrsets.some((rrset) => rrset.options !== undefined)) changed.set(owner, [...rrsets]);
  }
  const presigned = zone.settings.dnssec === 'presigned';
  if (changed.size === 0 && zone.aliases.length === 0 && zone.redirects.length === 0) {
    const names = presigned ? withSignatureSets(zone.names) : zone.names;
    return { compiled: { apex: zone.apex, names, nodes: new Map() }, findings: [] };
  }

  const work: Work = { zone, inventory, findings: [] };
  const declaredAt = (owner: DomainName): Declared[] => {
    let declared = changed.get(owner);
    if (declared === undefined) {
      declared = [...(zone.names.get(owner) ?? [])];
      changed.set(owner, declared);
    }
    return declared;
  };
  for (const alias of zone.aliases) {
    const { values, finding } = flatten(zone, alias, chain, inventory);
    if (finding !== undefined) work.findings.push(finding);
    add(declaredAt(alias.owner), alias.owner, values, alias.span);
  }
  for (const redirect of zone.redirects) {
    const { owner, ttl, span } = redirect;
    if (inventory.webAddresses.A.length + inventory.webAddresses.AAAA.length === 0) {
      say(
        work,
        'redirect-without-web-node',
        span,
        { owner, type: 'REDIRECT' },
        `the redirect of ${displayName(owner)} has no web node that serves it, so the name has no address`,
      );
    }
    add(declaredAt(owner), owner, webValues(inventory, ttl), span);
  }
  if (presigned) sayPresigned(work, changed);

  const names = new Map<DomainName, readonly RRset[]>(zone.names);
  const nodes = new Map<string, Map<DomainName, readonly RRset[]>>();
  for (const [owner, declared] of changed) {
    const expanded = declared.flatMap((each) => expand(work, each));
    if (expanded.length > 0) names.set(owner, expanded.map(servedEverywhere));
    else names.delete(owner);
    for (const node of new Set(expanded.flatMap(nodesOf))) {
      let own = nodes.get(node);
      if (own === undefined) {
        own = new Map();
        nodes.set(node, own);
      }
      own.set(
        owner,
        expanded.map((each) => servedAt(each, node)),
      );
    }
  }
  const sorted = new Map([...nodes].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { compiled: { apex: zone.apex, names, nodes: sorted }, findings: work.findings };
}

interface Work {
  readonly zone: Zone;
  readonly inventory: Inventory;
  readonly findings: Finding[];
}

/** An RRset of the document, or one that an `ALIAS` or `REDIRECT` stands for. */
type Declared = DeclaredRRset | (Values & { readonly owner: DomainName; readonly span: Span });

/** An RRset whose values know the nodes that serve them; `undefined`: all. */
interface Pinned {
  readonly owner: DomainName;
  readonly type: number;
  readonly ttl: number;
  readonly values: readonly { readonly rdata: Rdata; readonly nodes: readonly string[] | undefined }[];
}

/** Adds what a pseudo-type stands for; a type that the document gives itself stays, and a check has said so. */
function add(to: Declared[], owner: DomainName, values: readonly Values[], span: Span): void {
  for (const each of values) if (!to.some(({ type }) => type === each.type)) to.push({ ...each, owner, span });
}

/** Proxied values become those of the web nodes. Nothing is left where there is no web node of the kind. */
function expand(work: Work, declared: Declared): Pinned[] {
  const { owner, type, ttl, rdatas, options } = declared;
  const values: { rdata: Rdata; nodes: readonly string[] | undefined }[] = [];
  const put = (rdata: Rdata, nodes: readonly string[] | undefined): void => {
    const same = values.findIndex((value) => value.rdata === rdata);
    if (same < 0) values.push({ rdata, nodes });
    else values[same] = { rdata, nodes: union(values[same]?.nodes, nodes) };
  };
  for (const [i, rdata] of rdatas.entries()) {
    const option = options?.[i];
    if (option?.nodes !== undefined) checkNodes(work, declared, i, option.nodes);
    if (option?.proxied !== true) {
      put(rdata, option?.nodes);
      continue;
    }
    const web = work.inventory.webAddresses[type === A.code ? 'A' : 'AAAA'];
    if (web.length === 0) sayNoWebNode(work, declared, i);
    for (const address of web) put(address, option.nodes);
  }
  return values.length === 0 ? [] : [{ owner, type, ttl, values }];
}

function union(a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined {
  return a === undefined || b === undefined ? undefined : [...new Set([...a, ...b])];
}

function nodesOf({ values }: Pinned): readonly string[] {
  return values.flatMap(({ nodes }) => nodes ?? []);
}

function servedEverywhere({ owner, type, ttl, values }: Pinned): RRset {
  const free = values.filter(({ nodes }) => nodes === undefined);
  return { owner, type, ttl, rdatas: (free.length === 0 ? values : free).map(({ rdata }) => rdata) };
}

function servedAt(pinned: Pinned, node: string): RRset {
  const { owner, type, ttl, values } = pinned;
  const own = values.filter(({ nodes }) => nodes === undefined || nodes.includes(node));
  return own.length === 0 ? servedEverywhere(pinned) : { owner, type, ttl, rdatas: own.map(({ rdata }) => rdata) };
}

function checkNodes(work: Work, declared: Declared, value: number, nodes: readonly string[]): void {
  const known = work.inventory.nodes;
  if (known === undefined) return;
  for (const node of nodes) {
    if (known.has(node)) continue;
    const message = `a value of ${displayName(declared.owner)} is pinned to ${node}, which is not in nodes.yaml`;
    say(work, 'unknown-node', spanOf(declared, value), about(declared), message);
  }
}

function sayNoWebNode(work: Work, declared: Declared, value: number): void {
  const kind = declared.type === A.code ? 'IPv4' : 'IPv6';
  const message = `an address of ${displayName(declared.owner)} is proxied, but no node has web: true and an ${kind} address`;
  say(work, 'proxied-without-web-node', spanOf(declared, value), about(declared), message);
}

function sayPresigned(work: Work, changed: ReadonlyMap<DomainName, readonly Declared[]>): void {
  for (const declared of changed.values()) {
    const made = declared.find((each) => 'span' in each || each.options !== undefined);
    if (made === undefined) continue;
    const message = `${displayName(made.owner)} has records that are made here, and the zone was signed elsewhere`;
    say(work, 'presigned-content', spanOf(made, 0), about(made), message);
  }
}

function spanOf(declared: Declared, value: number): Span {
  return 'span' in declared ? declared.span : valueSpan(declared, value);
}

function about({ owner, type }: Declared): { owner: DomainName; type: string } {
  return { owner, type: typeName(type) };
}

const fixes: Partial<Record<CompileRule, string>> = {
  'redirect-without-web-node': 'give a node of nodes.yaml "web: true" and an address under "probe:"',
  'proxied-without-web-node':
    'give a node of nodes.yaml "web: true" and such an address under "probe:", or remove "proxied"',
  'unknown-node': 'correct the name, or add the node to nodes.yaml',
  'presigned-content': 'write the records and their signatures, or have the zone signed by a policy',
};

function say(
  work: Work,
  rule: CompileRule,
  span: Span,
  about: { owner: DomainName; type: string },
  message: string,
): void {
  const severity = compileSeverity(rule);
  work.findings.push({
    rule,
    severity,
    message,
    fix: fixes[rule] ?? '',
    place: placeOf(span),
    zone: work.zone.apex,
    ...about,
  });
}
