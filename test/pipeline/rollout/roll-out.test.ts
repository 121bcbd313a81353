import { cpSync, existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { query } from '../../../src/deploy/query.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rdataToText } from '../../../src/dns/rdata.ts';
import { A } from '../../../src/dns/types/a.ts';
import { buildRelease } from '../../../src/pipeline/build.ts';
import { releaseFromNode } from '../../../src/pipeline/rollout/release.ts';
import { deploy, rollback } from '../../../src/pipeline/rollout/roll-out.ts';
import { outcomesOf, type SeenNode, testEstate } from './estate.ts';

/** What a node answers for an A record. */
async function addressAt({ port }: SeenNode, name: string): Promise<string> {
  const answer = await query({ host: '127.0.0.1', port }, parseName(name), A.code);
  if (answer.kind === 'fault') return answer.message;
  return answer.message.answers.map(({ type, rdata }) => rdataToText(type, rdata)).join(' ') || 'nothing';
}

describe('a rollout', () => {
  it('to more than a few nodes says nothing of its own workings', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const estate = await testEstate(Array.from({ length: 12 }, (_, i) => `node${i}`));
    const ends = outcomesOf(await deploy(estate.workspace, {}, estate.watch()));
    expect(new Set(Object.values(ends as object))).toEqual(new Set(['done']));
    // Warnings are told a turn later.
    await setImmediate();
    expect(warnings).toEqual([]);
  });

  it('is refused where the release passes a threshold, until somebody lifts it', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    const watch = estate.watch();
    await deploy(estate.workspace, { allowDeletes: true }, watch);
    rmSync(join(estate.folder, 'zones/example.net.yaml'));
    watch.events.length = 0;
    for (const options of [{}, { dryRun: true }, {}]) {
      expect(await deploy(estate.workspace, options, watch)).toMatchObject({
        kind: 'blocked',
        blocks: [{ rule: 'zone-deleted', zone: 'example.net.' }],
      });
    }
    expect(watch.events).toEqual([]);
    expect(outcomesOf(await deploy(estate.workspace, { allowDeletes: true }, watch))).toEqual({
      fra1: 'done',
      ams1: 'done',
    });
  });

  it('is refused also where the release is named, held against what is served', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    const watch = estate.watch();
    const build = async (out: string): Promise<string> => {
      const built = await buildRelease(estate.workspace, { out: join(estate.folder, '.zonewright', out) });
      return built.kind === 'built' ? built.folder : built.kind;
    };
    const whole = await build('whole');
    // Nothing is known of any release before.
    expect(outcomesOf(await deploy(estate.workspace, { release: whole }, watch))).toEqual({
      fra1: 'done',
      ams1: 'done',
    });
    rmSync(join(estate.folder, 'zones/example.net.yaml'));
    const release = await build('less');
    watch.events.length = 0;
    for (const dryRun of [true, false]) {
      expect(await deploy(estate.workspace, { release, dryRun }, watch)).toMatchObject({
        kind: 'blocked',
        blocks: [{ rule: 'zone-deleted', zone: 'example.net.' }],
      });
    }
    expect(watch.events).toEqual([]);
    const allowed = await deploy(estate.workspace, { release, allowDeletes: true }, watch);
    expect(outcomesOf(allowed)).toEqual({ fra1: 'done', ams1: 'done' });
    // What is served already deletes nothing.
    expect(outcomesOf(await deploy(estate.workspace, { release }, watch))).toEqual({
      fra1: 'unchanged',
      ams1: 'unchanged',
    });
  });

  it('brings a release to all nodes, the canary first, and back again', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1']);
    const watch = estate.watch();
    expect(outcomesOf(await deploy(estate.workspace, {}, watch))).toEqual({ fra1: 'done', ams1: 'done', lon1: 'done' });
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    expect(outcomesOf(await deploy(estate.workspace, {}, watch))).toEqual({ fra1: 'done', ams1: 'done', lon1: 'done' });
    for (const node of estate.nodes.values()) {
      expect([await addressAt(node, 'www.example.com.'), await addressAt(node, 'old.example.com.')]).toEqual([
        '192.0.2.2',
        'nothing',
      ]);
    }
    expect(outcomesOf(await rollback(estate.workspace, {}, watch))).toEqual({
      fra1: 'done',
      ams1: 'done',
      lon1: 'done',
    });
    for (const node of estate.nodes.values()) expect(await addressAt(node, 'www.example.com.')).toBe('192.0.2.1');
    const ended = watch.events.flatMap((event) => (event.type === 'node' ? [event.node] : []));
    expect([ended[0], ended[3], ended[6]]).toEqual(['fra1', 'fra1', 'fra1']);
    expect(estate.loadedWhileAnnounced()).toEqual([]);
  });

  it('gives a node the whole manifest, also after releases that it has with that in one file', async () => {
    const estate = await testEstate(['fra1'], 'drain_seconds: 0, min_announced: 0, keep: 1');
    const { node } = estate.nodes.get('fra1') as SeenNode;
    const releases = join(node.root, 'releases');
    const printed = (id: string): string => node.command(['manifest', id], '').stdout;
    for (let i = 0; i < 4; i++) {
      estate.zone('example.com', `  www: { A: 192.0.2.${i} }\n`);
      expect(outcomesOf(await deploy(estate.workspace, {}, estate.watch()))).toEqual({ fra1: 'done' });
      const id = readlinkSync(join(node.root, 'current')).replace('releases/', '');
      expect([releaseFromNode(printed(id)).id, existsSync(join(releases, id, 'manifest.json'))]).toEqual([id, false]);
      // As protocol 3 has brought the first two: then one is the base and the other turned into the next, and so on.
      for (const each of i === 1 ? readdirSync(releases) : []) {
        rmSync(join(releases, each, 'manifest'), { recursive: true });
        cpSync(
          join(estate.folder, '.zonewright/deploy/releases', each, 'manifest.json'),
          join(releases, each, 'manifest.json'),
        );
        expect(releaseFromNode(printed(each)).id).toBe(each);
      }
    }
  });
});
