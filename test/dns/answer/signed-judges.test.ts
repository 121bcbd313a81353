import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NameServer } from '../../../src/deploy/nameservers/embedded/server.ts';
import { startNameServer } from '../../../src/deploy/nameservers/embedded/server.ts';
import type { ServerAddress } from '../../../src/deploy/network-fault.ts';
import { query } from '../../../src/deploy/query.ts';
import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import { zoneSet } from '../../../src/dns/answer/served-zone.ts';
import { validateAnswer } from '../../../src/dns/dnssec/validate/answer.ts';
import type { ZoneTrust } from '../../../src/dns/dnssec/validate/trust.ts';
import type { Message } from '../../../src/dns/message/message.ts';
import { rcodeName } from '../../../src/dns/message/message.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { isBelow, labelsOf, nameFromLabels } from '../../../src/dns/name.ts';
import { typeCode, typeName } from '../../../src/dns/rdata.ts';
import type { NameServerKind, RunningServer } from '../../setup/name-servers.ts';
import { startServer } from '../../setup/name-servers.ts';
import { needs, runTool } from '../../setup/tools.ts';
import type { SignedZone, Signing } from '../dnssec/signed-zones.ts';
import { signers, signings, signZones, trustOf } from '../dnssec/signed-zones.ts';

interface Asked {
  readonly name: DomainName;
  readonly type: number;
}

/** Types asked of names that exist, and of names that do not. */
const manyTypes = ['A', 'NS', 'SOA', 'CNAME', 'DS', 'TXT', 'DNSKEY', 'DNAME', 'NSEC', 'NSEC3', 'RRSIG', 'ANY'];
const fewTypes = ['A', 'TXT', 'DS', 'NSEC'];

/** Every name of a zone, names below and between, wildcards; types that are there and that are not. */
function questionsFor(zone: ServedZone): Asked[] {
  const existing = new Set([...zone.owners.keys(), ...zone.emptyNonTerminals]);
  const missing = new Set<DomainName>();
  for (const owner of existing) {
    const labels = labelsOf(owner);
    const [first = ''] = labels;
    // Owners of NSEC3 are no names: NSD takes names below them for names below something that exists.
    if (first.length === 32) continue;
    const near = [
      ['nx', ...labels],
      ['*', ...labels],
    ];
    // Right behind the name in canonical order.
    if (isBelow(owner, zone.apex)) near.push(['two', 'nx', ...labels], [`${first}0`, ...labels.slice(1)]);
    for (const each of near) {
      const length = each.reduce((sum, label) => sum + label.length + 1, 1);
      if (length > 255) continue;
      const name = nameFromLabels(each);
      if (!existing.has(name)) missing.add(name);
    }
  }
  const ask = (names: Iterable<DomainName>, types: readonly string[]) =>
    [...names].flatMap((name) =>
      types.map((type) => ({ name, type: type === 'ANY' ? 255 : (typeCode(type) as number) })),
    );
  return [...ask(existing, manyTypes), ...ask(missing, fewTypes)];
}

const [DS, NSEC, NSEC3, ANY] = [43, 47, 50, 255];

/**
 * NSEC of an alias that has none: NSD and ours follow the alias, the others say that there is no such data, which the
 * bitmap of the alias's NSEC3 belies.
 */
function asksAliasForNsec({ denial }: Signing, { type }: Asked): boolean {
  return type === NSEC && denial !== 'nsec';
}

/** Where a server answers in a way that other validators do not take either, or chooses another right answer. */
const exceptions: readonly {
  why: string;
  of: readonly NameServerKind[];
  about: (asked: Asked) => boolean;
}[] = [
  {
    why: 'it ends at circles of aliases with SERVFAIL',
    of: ['bind'],
    about: ({ name }) => name.startsWith('loop'),
  },
  {
    why: 'it gives the NSEC of a cut itself as an answer',
    of: ['bind'],
    about: ({ type }) => type === NSEC,
  },
  {
    why: 'it takes aliases without NSEC for names without data, and leaves out that wildcards stand for a name that has no NSEC',
    of: ['knot'],
    about: ({ type }) => type === NSEC,
  },
  {
    why: 'it takes aliases for names that could have NSEC3 of their own',
    of: ['nsd'],
    about: ({ type }) => type === NSEC3,
  },
  {
    why: 'they leave out the NSEC that proves that a wildcard is an empty non-terminal',
    of: ['bind', 'knot'],
    about: ({ name }) => name.includes('.star.'),
  },
  {
    why: 'it knows no proof for an empty non-terminal that opt-out leaves out of the chain',
    of: ['nsd'],
    about: ({ name }) => name.endsWith('empty.opt-out.test.'),
  },
  {
    why: 'they choose one RRset for ANY (RFC 8482)',
    of: ['knot', 'nsd'],
    about: ({ type }) => type === ANY,
  },
];

const judgePrograms = ['named', 'knotd', 'nsd', 'delv'] as const;
const kinds = ['bind', 'knot', 'nsd'] as const;

describe.skipIf(needs(...judgePrograms, ...signers))('answers with proofs', () => {
  let signed: SignedZone[] = [];
  let remove: () => Promise<void>;
  let ours: NameServer;
  let judges: RunningServer[] = [];
  // The zones are signed after this was read, with signatures that begin at once.
  const now = Math.floor(Date.now() / 1000) + 120;

  beforeAll(async () => {
    ({ zones: signed, remove } = await signZones());
    const set = zoneSet(signed.map(({ served }) => served));
    const started = await startNameServer({ listen: [{ address: '127.0.0.1', port: 0 }], zones: () => set });
    if (started.kind === 'fault') throw new Error(started.message);
    ours = started;
    const zones = signed.map(({ apex, path }) => ({ zone: apex, path }));
    judges = await Promise.all(kinds.map((kind) => startServer(kind, { zones })));
  });

  afterAll(async () => {
    await Promise.all([ours?.close(), ...judges.map((judge) => judge.stop())]);
    await remove?.();
  });

  const address = (): ServerAddress => ({ host: '127.0.0.1', port: ours.addresses[0]?.port as number });

  it.each([
    ['host.nsec.test.', 'A', 'fully validated'],
    ['nx.wild.nsec.test.', 'MX', 'fully validated'],
    ['nx.wild.nsec.test.', 'TXT', 'negative response, fully validated'],
    ['nx.nsec.test.', 'A', 'negative response, fully validated'],
    ['c.ent.nsec.test.', 'A', 'negative response, fully validated'],
    ['www.dname.nsec.test.', 'A', 'fully validated'],
    ['insecure.nsec.test.', 'DS', 'negative response, fully validated'],
    ['host.nsec3.test.', 'A', 'fully validated'],
    ['nx.alias.nsec3.test.', 'A', 'fully validated'],
    ['nx.wild.nsec3.test.', 'TXT', 'negative response, fully validated'],
    ['nx.nsec3.test.', 'A', 'negative response, fully validated'],
    ['c.ent.nsec3.test.', 'A', 'negative response, fully validated'],
    ['insecure.nsec3.test.', 'DS', 'negative response, fully validated'],
    ['secure.ldns.test.', 'DS', 'fully validated'],
    ['nx.ldns.test.', 'A', 'negative response, fully validated'],
    ['host.opt-out.test.', 'A', 'fully validated'],
    ['host.opt-out.test.', 'MX', 'negative response, fully validated'],
    ['insecure.opt-out.test.', 'DS', 'negative response, fully validated'],
    ['nx.opt-out.test.', 'A', 'negative response, fully validated'],
  ])('to %s %s are for delv: %s', async (name, type, verdict) => {
    const { anchor, apex, path } = signed.find((zone) => isBelow(name as DomainName, zone.apex)) as SignedZone;
    const file = join(dirname(path), `${apex}anchor`);
    await writeFile(file, anchor);
    const port = String(address().port);
    const said = await runTool('delv', ['@127.0.0.1', '-p', port, '-a', file, `+root=${apex}`, name, type]);
    expect(said.stdout + said.stderr).toContain(`; ${verdict}\n`);
  });

  it.each(signings)('of $zone are those of BIND, Knot and NSD, and all are valid', async (signing) => {
    const { zone } = signing;
    const found = signed.find(({ apex }) => apex === zone) as SignedZone;
    const trust = trustOf(found, now);
    expect(trust.kind).toBe('secure');
    const wrong: string[] = [];
    const queue = questionsFor(found.served).values();
    const work = async () => {
      for (const asked of queue) {
        const [own, ...others] = await Promise.all([address(), ...judges].map((server) => ask(server, asked)));
        const text = `${asked.name} ${asked.type === 255 ? 'ANY' : typeName(asked.type)}`;
        const wanted = headerOf(own as Message);
        const agreeing = others.filter((message) => headerOf(message) === wanted);
        if (agreeing.length < 2 && !asksAliasForNsec(signing, asked)) {
          wrong.push(`${text}: ${wanted}, not ${others.map(headerOf).join(', ')}`);
        }
        const [mine, ...theirs] = [own as Message, ...others].map((each) => verdictOf(trust, asked, each, now));
        if (mine?.startsWith('bogus') && !(asked.type === DS && asked.name === zone)) wrong.push(`${text}: ${mine}`);
        for (const [i, verdict] of theirs.entries()) {
          const kind = kinds[i] as NameServerKind;
          const known = exceptions.some((each) => each.of.includes(kind) && each.about(asked));
          if (verdict !== mine && !known) wrong.push(`${kind} ${text}: ${verdict}, not ${mine}`);
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    expect(wrong).toEqual([]);
  });
});

function headerOf({ rcode, authoritative }: Message): string {
  return rcodeName(rcode) + (authoritative ? ' AA' : '');
}

function verdictOf(trust: ZoneTrust, asked: Asked, message: Message, now: number): string {
  const verdict = validateAnswer([trust], asked, message, { now });
  return verdict.kind === 'secure' ? 'secure' : `${verdict.kind}: ${verdict.reason}`;
}

async function ask(server: ServerAddress, { name, type }: Asked): Promise<Message> {
  const found = await query(server, name, type, { transport: 'tcp', dnssecOk: true, timeoutMs: 30_000 });
  if (found.kind === 'fault') throw new Error(found.message);
  return found.message;
}
