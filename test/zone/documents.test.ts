import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/zone/config.ts';
import type { ZoneReading } from '../../src/zone/read.ts';
import { documentNames, expectedPath, findingLines, fixture, readText, zoneLines } from './fixtures.ts';

describe('documents without mistakes', () => {
  it.each(documentNames('good'))('%s is exactly the expected zone', async (name) => {
    const reading = readText(fixture(`good/${name}`));
    expect(findingLines(reading.findings)).toBe('');
    await expect(described(reading)).toMatchFileSnapshot(expectedPath(`good/${name}`));
  });
});

describe('documents with mistakes', () => {
  it.each(documentNames('bad'))('%s has exactly the expected findings', async (name) => {
    const { findings } = readText(fixture(`bad/${name}`));
    await expect(findingLines(findings)).toMatchFileSnapshot(expectedPath(`bad/${name}`));
  });

  it.each(documentNames('config'))('config/%s has exactly the expected findings', async (name) => {
    const { findings } = readConfig(fixture(`config/${name}`));
    await expect(findingLines(findings)).toMatchFileSnapshot(expectedPath(`config/${name}`));
  });
});

function described({ zone, templates }: ZoneReading): string {
  return `${[...zoneLines(zone), ...templates.map((name) => `uses ${name}`)].join('\n')}\n`;
}
