import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Rdata } from '../../../src/dns/octets.ts';
import { comparableRdata, rdataFromText } from '../../../src/dns/rdata.ts';
import { runTool, type ToolResult } from '../../setup/tools.ts';

/** One record of a zone file for a server to read. */
export interface Line {
  /** The code of the type. */
  readonly code: number;
  /** Type and rdata as they stand in the file: `MX 10 mail`. */
  readonly text: string;
  /** What they are meant to be. */
  readonly rdata: Rdata;
}

const head = `example. 3600 IN SOA ns.example. hostmaster.example. 1 2 3 4 5
example. 3600 IN NS ns.example.
ns.example. 3600 IN A 192.0.2.1
`;

/** Writes the zone `example` with one line at each name, `r0.example.` and so on. Gives the file's path. */
export function writeZone(file: string, lines: readonly Line[]): string {
  writeFileSync(file, head + lines.map(({ text }, i) => `r${i}.example. 3600 IN ${text}\n`).join(''));
  return file;
}

/** Runs BIND's compiler, which prints the zone, without the checks of a zone (whether targets exist, names of hosts). */
export function compileWithBind(file: string): Promise<ToolResult> {
  const off = ['k', 'n', 'm', 'M', 'S', 'r', 'T', 'W'].flatMap((flag) => [`-${flag}`, 'ignore']);
  return runTool('named-compilezone', ['-i', 'none', ...off, '-s', 'full', '-o', '-', 'example', file]);
}

/** The lines in which a server says that it does not load a record; warnings are not among them. */
export function faults({ stdout, stderr }: ToolResult): string[] {
  return (stdout + stderr).split('\n').filter((line) => {
    if (/^dns_rdata_fromtext|^dns_master_load|error in zone| error: /.test(line)) return !/obsolete|expired/.test(line);
    return false;
  });
}

/** Expects that what a server printed, read by us, is what the lines were meant to be, names compared without case. */
export function expectSame(lines: readonly Line[], printed: string): void {
  const found = readPrinted(lines, printed);
  const different = lines.flatMap(({ code, text, rdata }, i) => {
    const [line, back] = found.get(i) ?? [];
    const same = typeof back === 'string' && comparableRdata(code, back) === comparableRdata(code, rdata);
    return same ? [] : [`${text} came back as ${line ?? 'nothing'}${back instanceof Error ? `: ${back.message}` : ''}`];
  });
  expect(different.slice(0, 10)).toEqual([]);
}

/** The line printed for each number, and its rdata or why it was not read. */
function readPrinted(lines: readonly Line[], printed: string): Map<number, [string, Rdata | Error]> {
  const found = new Map<number, [string, Rdata | Error]>();
  for (const line of printed.split('\n')) {
    const parts = /^r(\d+)(?:\.example\.)?\s+\d+\s+IN\s+\S+\s*(.*)$/.exec(line);
    if (parts === null) continue;
    const number = Number(parts[1]);
    try {
      found.set(number, [line, rdataFromText((lines[number] as Line).code, parts[2] as string)]);
    } catch (error) {
      found.set(number, [line, error as Error]);
    }
  }
  return found;
}
