import type { DomainName } from '../dns/name.ts';
import { displayName } from '../dns/name.ts';
import type { Rdata } from '../dns/octets.ts';
import { rdataNames } from '../dns/rdata.ts';
import { A } from '../dns/types/a.ts';
import { AAAA } from '../dns/types/aaaa.ts';
import { CNAME } from '../dns/types/cname.ts';
import type { Finding } from '../zone/finding.ts';
import { placeOf } from '../zone/source.ts';
import type { Alias, ValueOptions, Zone } from '../zone/zone.ts';
import type { Answer } from './estate.ts';
import type { Inventory } from './inventory.ts';
import { type CompileRule, compileSeverity } from './rules.ts';

/** Values of one owner and type, with what stood beside each of them. */
export interface Values {
  readonly type: number;
  readonly ttl: number;
  readonly rdatas: readonly Rdata[];
  readonly options: readonly (ValueOptions | undefined)[] | undefined;
}

/** What following an `ALIAS` asks of the repository. */
export interface Chain {
  zoneFor(name: DomainName): DomainName | undefined;
  answerAt(apex: DomainName, name: DomainName): Answer;
}

/** Longer chains of ALIAS and CNAME are taken for a mistake; resolvers give up at about as many. */
export const MAX_CHAIN = 16;

/**
 * The addresses that an `ALIAS` stands for: those of its target in the repository, through CNAMEs and other ALIASes, with the
 * shortest TTL on the way. Pinned and proxied values stay pinned and proxied; a redirect has those of the web nodes.
 */
export function flatten(
  zone: Zone,
  alias: Alias,
  chain: Chain,
  inventory: Inventory,
): { values: readonly Values[]; finding?: Finding } {
  const seen = new Set<DomainName>([alias.owner]);
  let name = alias.target;
  let ttl = alias.ttl;
  for (let hops = 0; hops < MAX_CHAIN; hops++) {
    if (seen.has(name)) return { values: [], finding: loop(zone, alias) };
    seen.add(name);
    const apex = chain.zoneFor(name);
    const answer = apex === undefined ? undefined : chain.answerAt(apex, name);
    if (answer === undefined || answer.kind === 'cut') return { values: [], finding: external(zone, alias, name) };
    const cname = answer.rrsets.find((rrset) => rrset.type === CNAME.code);
    if (answer.alias !== undefined) {
      name = answer.alias.target;
      ttl = Math.min(ttl, answer.alias.ttl);
    } else if (cname !== undefined) {
      name = rdataNames(CNAME.code, cname.rdatas[0] as Rdata)[0] as DomainName;
      ttl = Math.min(ttl, cname.ttl);
    } else {
      const values = addressesOf(answer, ttl, inventory);
      if (values.length > 0) return { values };
      return { values: [], finding: withoutAddress(zone, alias, name, answer) };
    }
  }
  return { values: [], finding: loop(zone, alias) };
}

function addressesOf(answer: Answer, ttl: number, inventory: Inventory): readonly Values[] {
  const values: Values[] = [];
  for (const rrset of answer.rrsets) {
    if (rrset.type !== A.code && rrset.type !== AAAA.code) continue;
    values.push({
      type: rrset.type,
      ttl: Math.min(ttl, rrset.ttl),
      rdatas: rrset.rdatas,
      options: rrset.options,
    });
  }
  if (values.length > 0 || answer.redirect === undefined) return values;
  return webValues(inventory, Math.min(ttl, answer.redirect.ttl));
}

/** The addresses of the web nodes. */
export function webValues({ webAddresses }: Inventory, ttl: number): Values[] {
  return (['A', 'AAAA'] as const).flatMap((name) => {
    const rdatas = webAddresses[name];
    return rdatas.length === 0 ? [] : [{ type: name === 'A' ? A.code : AAAA.code, ttl, rdatas, options: undefined }];
  });
}

function loop(zone: Zone, alias: Alias): Finding {
  return at(
    zone,
    alias,
    'alias-loop',
    `the ALIAS of ${displayName(alias.owner)} leads through ${displayName(alias.target)} back to a name that it came from`,
    'point one name of the chain at a name that has addresses',
  );
}

function external(zone: Zone, alias: Alias, name: DomainName): Finding {
  const through = name === alias.target ? '' : `, through ${displayName(alias.target)}`;
  return at(
    zone,
    alias,
    'alias-external',
    `the ALIAS of ${displayName(alias.owner)} leads to ${displayName(name)}${through}, which no zone of this repository answers`,
    'write the addresses: a target outside needs an address lookup, which build does not do',
  );
}

function withoutAddress(zone: Zone, alias: Alias, name: DomainName, answer: Answer): Finding {
  const what =
    answer.kind === 'none'
      ? 'does not exist'
      : answer.kind === 'dname'
        ? 'lies below a DNAME'
        : answer.redirect === undefined
          ? 'has neither A nor AAAA records'
          : 'is a redirect, and no web node serves it';
  return at(
    zone,
    alias,
    'alias-without-address',
    `the ALIAS of ${displayName(alias.owner)} leads to ${displayName(name)}, which ${what}`,
    'give the target an address, or correct its name',
  );
}

function at(zone: Zone, alias: Alias, rule: CompileRule, message: string, fix: string): Finding {
  return {
    rule,
    severity: compileSeverity(rule),
    message,
    fix,
    place: placeOf(alias.span),
    zone: zone.apex,
    owner: alias.owner,
    type: 'ALIAS',
  };
}
