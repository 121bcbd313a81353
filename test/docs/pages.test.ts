import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT } from '../../src/cli/exit.ts';
import { parseName } from '../../src/dns/name.ts';
import type { JsonSchema } from '../../src/dns/rrtype.ts';
import { checks } from '../../src/zone/checks/list.ts';
import { readConfig } from '../../src/zone/config.ts';
import { readNodes } from '../../src/zone/inventory/inventory.ts';
import { readZone } from '../../src/zone/read.ts';
import { configSchema, nodesSchema, templateSchema, webSchema, zoneSchema } from '../../src/zone/schema/documents.ts';
import type { SourceFile } from '../../src/zone/source.ts';
import { readWebFile } from '../../src/zone/web-file.ts';
import { scratch, zonewright } from '../setup/program.ts';
import { commandLines, declaredCommands, faultOf } from './commands.ts';
import { anchorsOf, type Block, blocksOf, page, pages, proseOf, root } from './page.ts';

const all = pages();
const blocks = all.flatMap(blocksOf);

describe('links', () => {
  it.each(all)('of $path lead somewhere', ({ path, text }) => {
    const broken = [...proseOf({ path, text }).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !/^(https?|mailto):/.test(target) && !leadsSomewhere(path, text, target));
    expect(broken).toEqual([]);
  });

  it('lead from the README to every page', () => {
    const readme = page('README.md').text;
    const lacking = all.filter(({ path }) => path.startsWith('docs/') && !readme.includes(`](${path}`));
    expect(lacking.map(({ path }) => path)).toEqual([]);
  });
});

it.each(all)('files that $path names are there', ({ path, text }) => {
  const named = [...proseOf({ path, text }).matchAll(/`((?:src|test|schemas)\/[\w./-]+)`/g)].map(
    ([, file]) => file as string,
  );
  expect(named.filter((file) => !existsSync(root + file))).toEqual([]);
});

function leadsSomewhere(from: string, text: string, target: string): boolean {
  const [file, anchor] = target.split('#', 2) as [string, string?];
  const path = file === '' ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(root + path)) return false;
  if (anchor === undefined || !path.endsWith('.md')) return anchor === undefined;
  return anchorsOf(file === '' ? text : readFileSync(root + path, 'utf8')).has(anchor);
}

describe('command lines', async () => {
  const known = await declaredCommands();

  it.each(blocks.filter(({ language, text }) => language !== 'text' && commandLines(text).length > 0))(
    '$page:$line use commands and options that there are',
    ({ text }) => {
      expect(commandLines(text).flatMap((words) => faultOf(words, known) ?? [])).toEqual([]);
    },
  );

  it.each(all)('in the sentences of $path do, too', ({ path, text }) => {
    const inline = [...proseOf({ path, text }).matchAll(/`((?:npx )?zonewright [^`]*)`/g)].map(([, code]) => code);
    expect(
      inline.flatMap((code) => commandLines(code as string).flatMap((words) => faultOf(words, known) ?? [])),
    ).toEqual([]);
  });

  it('npm scripts are those of package.json', () => {
    const scripts = [
      ...all
        .map(({ text }) => text)
        .join('\n')
        .matchAll(/npm run ([a-z-]+)/g),
    ].map(([, name]) => name);
    expect(scripts.filter((name) => !((name as string) in packageJson.scripts))).toEqual([]);
  });

  it('are explained with all their options in docs/commands.md', () => {
    const { text } = page('docs/commands.md');
    const lacking = [...known.values()].flatMap(({ name, longOptions }) => {
      const section = new RegExp(`^## ${name}$([\\s\\S]*?)(?=^## |$(?![\\s\\S]))`, 'm').exec(text)?.[1];
      if (section === undefined) return [name];
      return longOptions.filter((option) => !section.includes(`\`${option}`)).map((option) => `${name} ${option}`);
    });
    expect(lacking).toEqual([]);
  });

  it('end with the statuses of docs/commands.md', () => {
    const listed = [...page('docs/commands.md').text.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
    expect(listed).toEqual(Object.values(EXIT));
  });
});

describe('YAML', () => {
  const yaml = blocks.filter(({ language }) => language === 'yaml');

  it.each(yaml)('$page:$line is valid', (block) => {
    expect(faultsOf(block)).toEqual([]);
  });
});

const schemas = {
  zone: validator(zoneSchema()),
  template: validator(templateSchema()),
  config: validator(configSchema()),
  inventory: validator(nodesSchema()),
  web: validator(webSchema()),
};

function validator(schema: JsonSchema): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(schema);
}

/** What a block of YAML is, by its keys. */
function kindOf(data: object): keyof typeof schemas | 'workflow' | 'unknown' {
  const keys = Object.keys(data);
  const has = (...names: string[]): boolean => names.some((name) => keys.includes(name));
  if (has('nodes', 'collector', 'monitoring')) return 'inventory';
  if (has('purge')) return 'web';
  if (Object.values(data).some((job) => Array.isArray((job as { script?: unknown } | null)?.script))) return 'workflow';
  if (has('vars')) return 'template';
  if (
    has('defaults', 'zones', 'thresholds', 'webhooks', 'deploy') ||
    typeof (data as { dnssec?: unknown }).dnssec === 'object'
  )
    return 'config';
  return has('records', 'generate', 'use', 'soa', 'waive', 'ttl') ? 'zone' : 'unknown';
}

function faultsOf(block: Block): string[] {
  const data: unknown = parse(block.text);
  if (typeof data !== 'object' || data === null) return ['it is not a map'];
  const kind = kindOf(data);
  if (kind === 'unknown') return ['nobody knows what it is'];
  if (kind === 'workflow') return [];
  const faults = schemas[kind](data) ? [] : [JSON.stringify(schemas[kind].errors)];
  return [...faults, ...readingFaults(kind, block.text)];
}

function readingFaults(kind: keyof typeof schemas, text: string): string[] {
  const apex = parseName('example.com.');
  const { config } = readConfig(undefined);
  const written: SourceFile = { path: 'block.yaml', text };
  const uses: SourceFile = { path: 'uses.yaml', text: 'use: { template: it, vars: { selector: k1 } }' };
  const findings =
    kind === 'config'
      ? readConfig(written).findings
      : kind === 'inventory'
        ? readNodes(written).findings
        : kind === 'web'
          ? readWebFile(written).findings
          : kind === 'template'
            ? readZone(uses, apex, { config, template: () => written }).findings
            : readZone(written, apex, { config, template: repositoryTemplate }).findings;
  return findings.filter(({ severity }) => severity === 'error').map(({ rule, message }) => `${rule}: ${message}`);
}

/** A template of the example estate; one that a page only speaks of has no records. */
function repositoryTemplate(name: string): SourceFile {
  const path = `templates/${name}.yaml`;
  return { path, text: existsSync(root + path) ? readFileSync(root + path, 'utf8') : 'records: {}' };
}

it('docs/architecture.md shows a record type as it is', () => {
  const [shown] = blocksOf(page('docs/architecture.md')).filter(({ language }) => language === 'ts');
  expect(`${shown?.text}\n`).toBe(page('src/dns/types/kx.ts').text);
});

it('docs/importing.md shows what comes of its master file ("npm run docs" writes it)', async () => {
  const importing = page('docs/importing.md');
  const shown = blocksOf(importing);
  const master = shown.find(({ text }) => text.includes('$TTL')) as Block;
  const document = shown.find(({ language }) => language === 'yaml') as Block;
  const folder = scratch({ 'db.example.org': `${master.text}\n` });
  expect(zonewright(['import', 'db.example.org', '--out', '.'], { cwd: folder }).status).toBe(0);
  const written = readFileSync(`${folder}/example.org.yaml`, 'utf8').trimEnd();
  await expect(importing.text.replace(document.text, () => written)).toMatchFileSnapshot('../../docs/importing.md');
});

describe('settings', () => {
  it.each([
    ['docs/zone-format.md', zoneSchema()],
    ['docs/configuration.md', configSchema()],
  ])('%s has every key', (path, schema) => {
    const { text } = page(path);
    const lacking = keysOf(schema).filter((key) => !text.includes(`\`${key}\``));
    expect(lacking).toEqual([]);
  });
});

/** The keys of a document and of the maps that stand right under them, `limits.max_ttl` where they are no settings alone. */
function keysOf(schema: JsonSchema): string[] {
  const properties = schema.properties as Record<string, JsonSchema>;
  return Object.entries(properties).flatMap(([name, under]) => [
    name,
    ...(under.$ref === undefined ? Object.keys((under.properties as object | undefined) ?? {}) : []).filter(
      (key) => !['soa', 'checks'].includes(name) || name === 'soa' || key === name,
    ),
  ]);
}

it('README.md does not boast of its checks', () => {
  const claimed = Number(/\*\*Over (\d+) checks\*\*/.exec(page('README.md').text)?.[1]);
  expect(checks.length).toBeGreaterThan(claimed);
});

describe('CHANGELOG.md', () => {
  const lines = page('CHANGELOG.md').text.split('\n');

  it('has versions in order, each with its day', () => {
    const versions = lines.filter((line) => line.startsWith('## '));
    expect(versions[0]).toBe('## [Unreleased]');
    expect(versions.slice(1).filter((line) => !/^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(line))).toEqual([]);
  });

  it('groups what has changed', () => {
    const groups = lines.filter((line) => line.startsWith('### '));
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'].map((name) => `### ${name}`);
    expect(groups.filter((line) => !known.includes(line))).toEqual([]);
    expect(groups.length).toBeGreaterThan(0);
  });
});
