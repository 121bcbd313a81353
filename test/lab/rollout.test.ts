import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from './lab.ts';
import { needsLab } from './needs-lab.ts';
import { LEAST, play } from './play.ts';
import { faultScenes } from './scenes/faults.ts';
import { killScenes } from './scenes/kills.ts';
import { mainScenes } from './scenes/main.ts';
import type { Scene } from './scenes/scene.ts';
import { webScenes } from './scenes/web.ts';

/** Those that tell most for their time; `npm run lab -- --check` plays all of them. */
const SCENES: readonly Scene[] = [
  ...mainScenes,
  ...webScenes,
  ...faultScenes.filter(({ name }) => /old serial/.test(name)),
  ...killScenes.filter(({ name }) => /"switch"/.test(name)),
];

describe.skipIf(needsLab())('rollouts in the lab', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab();
  });

  afterAll(() => lab?.stop());

  it('come out well, and no announced node ever serves what was not verified', async () => {
    const played = await play(lab, SCENES);
    expect(played.scenes.filter(({ ok }) => !ok)).toEqual([]);
    expect(played.proof.unverified).toEqual([]);
    expect(played.proof.fewest).toBeGreaterThanOrEqual(LEAST);
    expect(played).toMatchObject({ ok: true });
    const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true } });
    const schema = JSON.parse(readFileSync(new URL('../../schemas/lab.schema.json', import.meta.url), 'utf8'));
    expect(ajv.validate(schema, { format_version: '1.0', ...played, least: LEAST }), ajv.errorsText()).toBe(true);
  }, 600_000);
});
