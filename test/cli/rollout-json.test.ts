import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { testEstate } from '../pipeline/rollout/estate.ts';
import { scratch, zonewright, zonewrightAside } from '../setup/program.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

/** What is wrong with a text under a schema; every line is a document where it streams. */
function faults(schema: string, text: string, lines = false): unknown {
  const validate = ajv.getSchema(`${schema}.schema.json`) ?? ajv.compile(read(schema));
  return (lines ? text.trim().split('\n') : [text]).flatMap((each) =>
    validate(JSON.parse(each)) ? [] : [each, validate.errors],
  );
}

function read(schema: string): object {
  return JSON.parse(readFileSync(`schemas/${schema}.schema.json`, 'utf8')) as object;
}

describe('commands about nodes', () => {
  it('print what their schemas say', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    const run = (...args: string[]) => zonewrightAside(args, estate.folder);
    const dry = await run('deploy', '--dry-run', '--json');
    expect([dry.status, faults('rollout', dry.stdout)]).toEqual([0, []]);
    const done = await run('deploy', '--json');
    expect([done.status, faults('rollout', done.stdout, true)]).toEqual([0, []]);
    expect(done.stdout.trim().split('\n').at(-1)).toContain('"type":"finished"');
    const list = await run('nodes', 'list', '--json');
    expect([list.status, faults('nodes-list', list.stdout)]).toEqual([0, []]);
    const drained = await run('nodes', 'drain', 'ams1', '--json');
    expect([drained.status, faults('nodes-mode', drained.stdout)]).toEqual([0, []]);
    const status = await run('nodes', 'status', '--json');
    expect([status.status, faults('nodes-status', status.stdout)]).toEqual([0, []]);
    const refused = await run('nodes', 'disable', 'fra1');
    expect([refused.status, refused.stderr]).toEqual([69, expect.stringContaining('min_announced')]);
    await estate.stop('ams1');
    const away = await run('nodes', 'status', '--json');
    expect([away.status, faults('nodes-status', away.stdout)]).toEqual([69, []]);
    const late = await run('deploy', '--json');
    expect([late.status, faults('rollout', late.stdout, true)]).toEqual([69, []]);
  });

  it('say what is missing where there is nothing to roll out to, or nothing to go back to', async () => {
    const empty = scratch({ 'zones/example.com.yaml': '' });
    const nowhere = zonewright(['deploy'], { cwd: empty });
    expect([nowhere.status, nowhere.stderr]).toEqual([64, expect.stringContaining('there are no nodes')]);
    const estate = await testEstate(['fra1']);
    const back = await zonewrightAside(['rollback'], estate.folder);
    expect([back.status, back.stderr]).toEqual([64, expect.stringContaining('no release before')]);
    const odd = await zonewrightAside(['deploy', '--node', 'fra2'], estate.folder);
    expect([odd.status, odd.stderr]).toEqual([64, expect.stringContaining('no node or group "fra2"')]);
  });
});
