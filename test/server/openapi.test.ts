import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { printJson } from '../../src/zone/schema/print.ts';
import { serving } from './serving.ts';

describe('the description of the native API', () => {
  it('is valid OpenAPI 3.1, and the one in schemas/ ("npm run docs" writes it)', async () => {
    const { ask } = await serving();
    const { json, status } = await ask<{ openapi: string; info: { version: string } }>(
      undefined,
      'GET',
      '/api/v1/openapi.json',
    );
    expect(status).toBe(200);
    expect(json.openapi).toBe('3.1.0');
    const config = await createConfig({ extends: ['recommended-strict'] });
    const problems = await lintFromString({ source: JSON.stringify(json), absoluteRef: 'openapi.json', config });
    expect(
      [
        ...new Set(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)),
      ].slice(0, 20),
    ).toEqual([]);
    json.info.version = '0.1.0';
    await expect(printJson(json as never)).toMatchFileSnapshot('../../schemas/openapi.json');
  });
});
