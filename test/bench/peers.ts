import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Side } from './bench.ts';

/** The path of a program, looked for as a shell does and in the folders of system programs; `undefined` where it is missing. */
export function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** A peer that is one of Debian's programs. */
export function debian(program: string, pack: string, args: readonly string[]): Side {
  const path = find(program);
  return path === undefined
    ? { kind: 'missing', reason: `${program} is not installed (Debian package ${pack})` }
    : { kind: 'command', argv: [path, ...args] };
}

/**
 * octoDNS writing the YAML of `source` as master files to `target`. It is not in Debian: `ZONEWRIGHT_BENCH_OCTODNS` names the
 * folders of octodns and octodns-bind (and what they import), divided by colons; the system's `python3` runs it.
 */
export function octodns(folder: string, source: string, target: string, zones: readonly string[]): Side {
  const path = process.env.ZONEWRIGHT_BENCH_OCTODNS;
  if (path === undefined)
    return {
      kind: 'missing',
      reason: 'octoDNS: set ZONEWRIGHT_BENCH_OCTODNS to the folders of octodns and octodns-bind',
    };
  const config = join(folder, 'octodns.yaml');
  const names = zones.map((zone) => `  ${zone}.: {sources: [in], targets: [out]}\n`).join('');
  writeFileSync(
    config,
    `manager: {max_workers: 1}\nproviders:\n  in: {class: octodns.provider.yaml.YamlProvider, directory: ${source}, default_ttl: 3600, enforce_order: false}\n  out: {class: octodns_bind.ZoneFileProvider, directory: ${target}}\nzones:\n${names}`,
  );
  return {
    kind: 'command',
    argv: [
      '/usr/bin/python3',
      '-c',
      'from octodns.cmds.sync import main; main()',
      '--config-file',
      config,
      '--doit',
      '--quiet',
    ],
    env: { PYTHONPATH: path },
  };
}
