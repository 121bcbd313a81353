import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type AskSettings, askParent } from '../../../src/deploy/parent/parent.ts';
import { decodeMessage } from '../../../src/dns/message/decode.ts';
import { encodeMessage } from '../../../src/dns/message/encode.ts';
import type { Message, ResourceRecord } from '../../../src/dns/message/message.ts';
import { CLASS, newQuestion, RCODE } from '../../../src/dns/message/message.ts';
import { type DomainName, parseName, ROOT } from '../../../src/dns/name.ts';
import { fromBuffer, toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromText } from '../../../src/dns/rdata.ts';
import { freePort } from '../../setup/name-servers.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const zone = parseName('example.com.');
const com = parseName('com.');
const [A, NS, CNAME, SOA, AAAA, DS] = [1, 2, 5, 6, 28, 43];
const DIGEST = 'aa'.repeat(32);

type Answer = (asked: Message) => readonly Message[];

/** A UDP server that sends what it is told to; nothing listens on TCP. */
async function udpServer(host: string, answer: Answer, port = 0): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (received, from) => {
    const asked = decodeMessage(fromBuffer(received));
    for (const message of answer(asked)) socket.send(toBuffer(encodeMessage(message)), from.port, from.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return socket.address().port;
}

function record(owner: DomainName, type: number, text: string, ttl = 3600): ResourceRecord {
  return { owner, type, class: CLASS.IN, ttl, rdata: rdataFromText(type, text) };
}

const soa = (owner: DomainName) => record(owner, SOA, '. . 1 2 3 4 300');
const reply = (asked: Message, settings: Partial<Message> = {}): Message => ({
  ...asked,
  response: true,
  authoritative: true,
  ...settings,
});

/** What an honest resolver says of com., but for what `lies` say. */
function answerOf(asked: Message, lies: Answer): readonly Message[] {
  const lie = lies(asked);
  if (lie.length > 0) return lie;
  const { name, type } = asked.questions[0] as { name: DomainName; type: number };
  if (name === com && type === SOA) return [reply(asked, { answers: [soa(com)] })];
  if (name === com && type === NS) return [reply(asked, { answers: [record(com, NS, 'ns.com.')] })];
  if (type === A) return [reply(asked, { answers: [record(name, A, '127.0.0.2')] })];
  return [reply(asked, { authorities: [soa(com)] })];
}

const ds = record(zone, DS, `11 13 2 ${DIGEST}`);
const honest: Answer = (asked) => [reply(asked, { answers: [ds] })];

interface Lies {
  readonly resolver?: Answer;
  readonly parent?: Answer;
}

async function world({ resolver = () => [], parent = honest }: Lies): Promise<AskSettings> {
  const port = await freePort();
  await udpServer('127.0.0.2', parent, port);
  const asked = await udpServer('127.0.0.1', (query) => answerOf(query, resolver));
  return { resolvers: [`127.0.0.1:${asked}`], port, timeoutMs: 40, attempts: 2 };
}

const ask = async (lies: Lies) => askParent(zone, await world(lies));
const about = (name: DomainName, type: number, lie: Answer): Answer => {
  return (asked) => (asked.questions[0]?.name === name && asked.questions[0].type === type ? lie(asked) : []);
};

describe('resolvers that are broken or lie', () => {
  it('are believed where they say the truth', async () => {
    expect(await ask({})).toMatchObject({ kind: 'agreed', ds: [ds.rdata], ttl: 3600 });
  });

  it('are followed no further than one apex after another', async () => {
    const resolver = about(com, SOA, (asked) => [reply(asked, { authorities: [soa(com)] })]);
    expect(await ask({ resolver })).toMatchObject({
      kind: 'fault',
      message: 'com. is said to be a zone and to have no SOA',
    });
    const rootless: Answer = (asked) =>
      asked.questions[0]?.type === SOA
        ? [reply(asked, { answers: [record(asked.questions[0].name, CNAME, 'com.'), soa(parseName('a.'))] })]
        : [];
    expect(await ask({ resolver: rootless })).toMatchObject({
      kind: 'fault',
      message: expect.stringContaining('not even the root'),
    });
  });

  it.each([
    ['huge sets of NS', NS, (i: number) => record(com, NS, `ns${i}.com.`), 'com. is said to have 40 name servers'],
    ['a server at many addresses', A, (i: number) => record(parseName('ns.com.'), A, `127.0.1.${i}`), undefined],
  ])('give no more than can be asked: %s', async (_, type, make, message) => {
    const answers = Array.from({ length: type === NS ? 40 : 70 }, (_item, i) => make(i));
    const name = answers[0]?.owner as DomainName;
    const found = await ask({ resolver: about(name, type, (asked) => [reply(asked, { answers })]) });
    expect(found).toMatchObject({
      kind: 'fault',
      message: message ?? 'com. is said to have name servers at 70 addresses',
    });
  });

  it.each<[string, Answer, string]>([
    ['never answer', (asked) => [{ ...asked }], 'has not answered within 80 ms'],
    ['fail', (asked) => [reply(asked, { rcode: RCODE.SERVFAIL })], 'answers SERVFAIL'],
    ['are none', (asked) => [reply(asked, { authorities: [record(ROOT, NS, 'a.')] })], 'it is no resolver'],
    ['deny in the name of another zone', (asked) => [reply(asked, { authorities: [soa(zone)] })], 'it is no resolver'],
    ['have another id', (asked) => [reply(asked, { id: asked.id ^ 1 })], 'has not answered within 80 ms'],
    ['answer another question', (a) => [reply(a, { questions: [newQuestion(zone, SOA)] })], 'has not answered within'],
    ['cut answers short', (asked) => [reply(asked, { truncated: true })], 'nothing listens at'],
  ])('are of no use: %s', async (_, lie, why) => {
    const found = await ask({ resolver: about(com, SOA, lie) });
    expect(found).toMatchObject({ kind: 'fault', message: expect.stringContaining(why), replies: [] });
    expect(found).toHaveProperty('message', expect.stringContaining('no resolver tells the SOA of com.'));
  });

  it('are replaced by the next', async () => {
    const settings = await world({});
    const silent = await udpServer('127.0.0.1', () => []);
    const found = await askParent(zone, { ...settings, resolvers: [`127.0.0.1:${silent}`, ...settings.resolvers] });
    expect(found).toHaveProperty('kind', 'agreed');
  });

  it.each<[string, Answer, string]>([
    ['an alias', (a) => [reply(a, { answers: [record(parseName('ns.com.'), CNAME, 'ns.com.')] })], 'is an alias'],
    ['unknown', (a) => [reply(a, { rcode: RCODE.REFUSED })], 'has addresses that are not known'],
    ['none', (a) => [reply(a, { authorities: [soa(com)] })], 'has no address'],
  ])('leave a server unheard whose address is %s', async (_, lie, why) => {
    const found = await ask({ resolver: about(parseName('ns.com.'), A, lie) });
    expect(found).toMatchObject({ kind: 'unreachable', message: expect.stringContaining(`ns.com. ${why}`) });
  });

  it('leave a server unheard of whose addresses only some are known', async () => {
    const lie: Answer = (asked) => [reply(asked, { rcode: RCODE.SERVFAIL })];
    const found = await ask({ resolver: about(parseName('ns.com.'), AAAA, lie) });
    expect(found).toMatchObject({ kind: 'unreachable', replies: [{ said: { kind: 'ds' } }] });
  });
});

describe('servers of the parent that are broken or lie', () => {
  it.each<[string, Answer, 'unreachable' | 'fault', string]>([
    ['are silent', () => [], 'unreachable', 'has not answered within'],
    ['have another id', (a) => [reply(a, { id: a.id ^ 1, answers: [ds] })], 'unreachable', 'has not answered within'],
    ['give a query back', (a) => [a], 'unreachable', 'has not answered within'],
    ['answer another question', (a) => [reply(a, { questions: [newQuestion(com, DS)] })], 'unreachable', 'has not'],
    ['cut short without TCP', (a) => [reply(a, { truncated: true })], 'unreachable', 'nothing listens at'],
    ['fail', (a) => [reply(a, { rcode: RCODE.SERVFAIL })], 'fault', 'answers SERVFAIL'],
    ['are empty', (a) => [reply(a)], 'fault', 'gives neither a DS nor the SOA that denies it'],
    [
      'do not speak with authority',
      (a) => [reply(a, { authoritative: false, answers: [ds] })],
      'fault',
      'not authoritative',
    ],
    [
      'know no DNSSEC',
      (a) => [reply(a, { authoritative: false, authorities: [record(zone, NS, 'a.')] })],
      'fault',
      'sends on',
    ],
    ['deny for another zone', (a) => [reply(a, { authorities: [soa(ROOT)] })], 'fault', 'answers for ., not for com.'],
    ['give a DS of another name', (a) => [reply(a, { answers: [{ ...ds, owner: com }] })], 'fault', 'gives neither'],
    [
      'give a DS that another zone signed',
      (a) => [
        reply(a, { answers: [ds, record(zone, 46, 'DS 13 2 1 20300101000000 20200101000000 1 example.com. AAAA')] }),
      ],
      'fault',
      'answers for example.com. itself',
    ],
  ])('%s', async (_, parent, kind, why) => {
    expect(await ask({ parent })).toMatchObject({ kind, message: expect.stringContaining(why) });
  });

  it('do not hide a good answer behind bad ones', async () => {
    const parent: Answer = (a) => [
      reply(a, { id: a.id ^ 1 }),
      reply(a, { questions: [newQuestion(com, DS)] }),
      ...honest(a),
    ];
    expect(await ask({ parent })).toMatchObject({ kind: 'agreed', ds: [ds.rdata] });
  });
});

it('has no parent: the root', async () => {
  expect(await askParent(ROOT, await world({}))).toMatchObject({ kind: 'fault', message: 'the root has no parent' });
});
