import { afterEach, describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import { scratchCaller as caller, type ScratchOrigin, scratchOrigin } from './scratch.ts';

const closing: ScratchOrigin[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

async function open(): Promise<ScratchOrigin> {
  const opened = await scratchOrigin();
  closing.push(opened);
  return opened;
}

const zone = parseName('example.com.');
const www = parseName('www.example.com.');
const admin = caller('root', true);

describe('the origin', () => {
  it('makes a zone, changes a record, and keeps its id', async () => {
    const { origin, git } = await open();
    const made = await origin.change(admin, { zones: [{ kind: 'make', zone }] });
    expect(made).toMatchObject({ kind: 'committed' });
    const put = await origin.change(admin, {
      zones: [
        {
          kind: 'edit',
          zone,
          edits: [{ op: 'put', owner: www, type: 'A', ttl: 300, values: [{ text: '192.0.2.1' }] }],
        },
      ],
    });
    expect(put).toMatchObject({ kind: 'committed' });
    const view = await origin.view(admin, zone);
    if ('kind' in view) throw new Error(view.kind);
    expect(view.text).toContain('  www:\n    A: { ttl: 5m, values: 192.0.2.1 }\n');
    const [record] = await origin.numberRecords(view, view.rrsetsAt(www));
    const updated = await origin.change(admin, {
      zones: [{ kind: 'edit', zone, edits: [{ op: 'update', record: record!.id, value: { text: '192.0.2.7' } }] }],
    });
    expect(updated).toMatchObject({ kind: 'committed' });
    const found = await origin.recordOf(admin, record!.id.id);
    expect(found?.record.value.text).toBe('192.0.2.7');
    expect(await git('log', '--format=%s', 'main')).toBe(
      'www.example.com: A 192.0.2.1 -> 192.0.2.7\nwww.example.com: add A 192.0.2.1\nexample.com: new zone\n',
    );
    expect(await git('show', '--format=', '--unified=0', 'main')).toContain('+    A: { ttl: 5m, values: 192.0.2.7 }');
  });

  it('counts what the document has, not what it is compiled to', async () => {
    const { origin } = await open();
    const text = [
      'soa: { primary: ns1.example.net., contact: hostmaster@example.net }',
      'records:',
      '  "@": { NS: [NS1.example.net., ns2.example.net.], ALIAS: www }',
      '  www: { A: [192.0.2.1, 192.0.2.2] }',
      '  old: { REDIRECT: "301 https://www.example.com/" }',
      '',
    ].join('\n');
    expect(await origin.change(admin, { zones: [{ kind: 'write', zone, text, as: 'make' }] })).toMatchObject({
      kind: 'committed',
    });
    const [summary] = await origin.list(admin);
    const nameServers = ['ns1.example.net.', 'ns2.example.net.'];
    expect(summary).toMatchObject({ records: 6, aliases: 1, redirects: 1, nameServers, templates: [] });
    const view = await origin.view(admin, zone);
    if ('kind' in view) throw new Error(view.kind);
    expect(await origin.numberRecords(view)).toHaveLength(6);
    expect(origin.templates()).toEqual([]);
  });

  it('does not say that something is gone which a series puts back', async () => {
    const { origin, git } = await open();
    const series = 'generate:\n  - { range: 1-2, name: "h${i}", type: A, value: "192.0.2.${i}" }\n';
    const text = `soa: { primary: ns1.example.net. }\nrecords:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n${series}`;
    await origin.change(admin, { zones: [{ kind: 'write', zone, text, as: 'make' }] });
    const head = await git('rev-parse', 'main');
    const edits = [{ op: 'clear', owner: parseName('h1', zone), type: 'A' }] as const;
    const refused = await origin.change(admin, { zones: [{ kind: 'edit', zone, edits }] });
    expect(refused).toMatchObject({ kind: 'invalid', field: 'owner' });
    expect(await git('rev-parse', 'main')).toBe(head);
  });

  it('refuses what breaks a rule, and leaves no trace', async () => {
    const { origin, git } = await open();
    await origin.change(admin, { zones: [{ kind: 'make', zone }] });
    const head = await git('rev-parse', 'main');
    const edits = [
      { op: 'put', owner: www, type: 'A', ttl: undefined, values: [{ text: '192.0.2.1' }] },
      { op: 'put', owner: www, type: 'CNAME', ttl: undefined, values: [{ text: '@' }] },
    ] as const;
    const refused = await origin.change(admin, { zones: [{ kind: 'edit', zone, edits }] });
    expect(refused).toMatchObject({ kind: 'refused', findings: [{ rule: 'cname-with-other-data' }] });
    expect(await git('rev-parse', 'main')).toBe(head);
  });

  it('shows a zone to its owner alone', async () => {
    const { origin } = await open();
    const alice = caller('alice');
    expect(await origin.change(alice, { zones: [{ kind: 'make', zone }] })).toMatchObject({ kind: 'committed' });
    expect((await origin.list(alice)).map((each) => each.zone)).toEqual([zone]);
    expect(await origin.list(caller('mallory'))).toEqual([]);
    expect(await origin.view(caller('mallory'), zone)).toMatchObject({ kind: 'no-zone' });
    const below = parseName('sub.example.com.');
    expect(await origin.change(caller('mallory'), { zones: [{ kind: 'make', zone: below }] })).toMatchObject({
      kind: 'forbidden',
    });
  });
});
