import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NameServer } from '../../../src/deploy/nameservers/embedded/server.ts';
import { startNameServer } from '../../../src/deploy/nameservers/embedded/server.ts';
import type { ServerAddress } from '../../../src/deploy/network-fault.ts';
import { query } from '../../../src/deploy/query.ts';
import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import { zoneSet } from '../../../src/dns/answer/served-zone.ts';
import type { NameServerKind, RunningServer } from '../../setup/name-servers.ts';
import { startServer } from '../../setup/name-servers.ts';
import { needs } from '../../setup/tools.ts';
import type { Asked } from './compared.ts';
import { askedText, essence, questionsFor } from './compared.ts';
import { estate, fixturePath, fixtureZone } from './fixtures.ts';

/** What each server said to one question, in the form in which answers are compared. */
interface Answers {
  readonly asked: Asked;
  readonly ours: string;
  readonly theirs: Readonly<Record<NameServerKind, string>>;
}

/**
 * Where the name servers do not agree among each other, or agree on something else, and what ours does then.
 * Everything that is not listed here is as at least two of the three have it.
 */
const exceptions: readonly {
  why: string;
  about: (answers: Answers) => boolean;
  right: (answers: Answers) => boolean;
}[] = [
  {
    why: 'ANY gives all RRsets over TCP as BIND does; Knot and NSD choose one (RFC 8482 section 4.1)',
    about: ({ asked }) => asked.type === 255,
    right: ({ ours, theirs }) => ours === theirs.bind,
  },
  {
    why: 'aliases are followed into other zones that are held (RFC 1034 section 4.3.2 step 3a) as NSD does',
    about: ({ asked }) => asked.name.includes('to-other') || asked.name.endsWith('.other.aliases.test.'),
    right: ({ ours, theirs }) => ours === theirs.nsd,
  },
  {
    why: 'a DNAME that points below itself never ends; each server stops somewhere else',
    about: ({ asked }) => asked.name.endsWith('.grow.aliases.test.'),
    right: ({ ours }) => ours.startsWith('NOERROR AA'),
  },
  {
    why: 'a referral whose glue is not complete is truncated (RFC 9471); BIND and NSD send what fits',
    about: ({ asked }) => asked.name.endsWith('cut.sizes.test.') && asked.transport === 'udp',
    right: ({ ours, theirs }) => ours === 'NOERROR TC' || ours === theirs.knot,
  },
];

const kinds = ['bind', 'knot', 'nsd'] as const;

describe.skipIf(needs('named', 'knotd', 'nsd'))('answers are those of BIND, Knot and NSD', () => {
  describe.each([
    ['for zones beside, above and below each other', estate],
    ['for a root zone', ['root']],
  ] as const)('%s', (_title, names) => {
    const zones: ServedZone[] = names.map(fixtureZone);
    let ours: NameServer;
    let judges: RunningServer[] = [];

    beforeAll(async () => {
      const set = zoneSet(zones);
      const started = await startNameServer({ listen: [{ address: '127.0.0.1', port: 0 }], zones: () => set });
      if (started.kind === 'fault') throw new Error(started.message);
      ours = started;
      const files = zones.map(({ apex }, i) => ({ zone: apex, path: fixturePath(names[i] as string) }));
      judges = await Promise.all(kinds.map((kind) => startServer(kind, { zones: files })));
    });

    afterAll(async () => {
      await Promise.all([ours?.close(), ...judges.map((judge) => judge.stop())]);
    });

    it('to every owner, what is below it, and many types', async () => {
      const asked = zones.flatMap(questionsFor);
      const all = await askAll(asked, { host: '127.0.0.1', port: ours.addresses[0]?.port as number }, judges);
      expect(all.length).toBe(asked.length);
      expect(all.filter((answers) => !isRight(answers)).map(report)).toEqual([]);
    });
  });
});

function isRight(answers: Answers): boolean {
  if (kinds.filter((kind) => answers.theirs[kind] === answers.ours).length >= 2) return true;
  return exceptions.some(({ about, right }) => about(answers) && right(answers));
}

function report({ asked, ours, theirs }: Answers): string {
  const others = kinds.map((kind) => `${kind}: ${theirs[kind] === ours ? 'the same' : theirs[kind]}`);
  return [`${askedText(asked)}`, `ours: ${ours}`, ...others].join('\n');
}

async function askAll(
  asked: readonly Asked[],
  ours: ServerAddress,
  judges: readonly RunningServer[],
): Promise<Answers[]> {
  const all: Answers[] = [];
  const queue = asked.values();
  const work = async () => {
    for (const each of queue) {
      const [first, ...others] = await Promise.all([ours, ...judges].map((server) => ask(server, each)));
      const theirs = Object.fromEntries(judges.map(({ kind }, i) => [kind, others[i]]));
      all.push({ asked: each, ours: first as string, theirs: theirs as Answers['theirs'] });
    }
  };
  await Promise.all(Array.from({ length: 20 }, work));
  return all;
}

async function ask(server: ServerAddress, { name, type, ...options }: Asked): Promise<string> {
  const found = await query(server, name, type, { ...options, timeoutMs: 30_000 });
  return found.kind === 'answer' ? essence(found.message).join('\n') : found.message;
}
