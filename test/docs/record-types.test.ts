import { expect, it } from 'vitest';
import { recordTypesPage } from './record-types.ts';

it('docs/record-types.md is what `npm run docs` writes', async () => {
  await expect(recordTypesPage()).toMatchFileSnapshot('../../docs/record-types.md');
});
