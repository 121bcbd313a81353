import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { compileChecks } from '../../../src/compile/rules.ts';
import { excluded } from '../../../src/zone/checks/excluded.ts';
import { sections } from '../../../src/zone/checks/list.ts';
import { referencePage } from '../../../src/zone/checks/reference.ts';
import { findingsIn, fixturesOf, rulesWithFixtures } from './fixture.ts';

it('docs/checks.md says what the checks state ("npm run docs" writes it)', async () => {
  const fixable = new Set(rulesWithFixtures().filter((rule) => fixturesOf(rule).some(hasEdits)));
  const page = fileURLToPath(new URL('../../../docs/checks.md', import.meta.url));
  const all = [...sections, { title: 'Compiling', checks: compileChecks }];
  await expect(referencePage(all, excluded, fixable)).toMatchFileSnapshot(page);
});

function hasEdits(fixture: Parameters<typeof findingsIn>[0]): boolean {
  return findingsIn(fixture).some(({ rule, edits }) => rule === fixture.rule && edits !== undefined);
}
