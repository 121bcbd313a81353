import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Run, Side } from './bench.ts';
import { middle, run } from './bench.ts';
import { benches } from './list.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});

interface Row {
  readonly name: string;
  readonly about: string;
  readonly ours: Run;
  readonly peer: Run | undefined;
  readonly time: number | undefined;
  readonly memory: number | undefined;
  readonly goal: Bench['goal'];
  readonly note: string | undefined;
}

const wanted = benches.filter(
  (bench) => positionals.length === 0 || positionals.some((word) => bench.name.includes(word)),
);
if (values.list) {
  for (const bench of wanted) console.log(`${bench.name}: ${bench.about}`);
} else {
  const rows: Row[] = [];
  for (const bench of wanted) rows.push(await measure(bench, Number(values.runs), Number(values.scale)));
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ format_version: '1.0', node: process.version, rows }, null, 2)}\n`);
}

/** Runs both sides in turn, so that whatever else the machine does meets both, and prints the line of the table. */
async function measure(bench: Bench, runs: number, scale: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-bench-'));
  try {
    const { ours, peer, end } = await bench.prepare(folder, scale);
    const ourRuns: Run[] = [];
    const peerRuns: Run[] = [];
    let note: string | undefined;
    try {
      for (let i = 0; i < runs; i++) {
        // The peer first: where it is our own cold run, it leaves the warm state behind.
        if (peer.kind === 'command') peerRuns.push(await run(peer));
        ourRuns.push(await run(command(ours)));
      }
    } finally {
      note = await end?.();
    }
    const row = rowOf(bench, middle(ourRuns), peerRuns.length === 0 ? undefined : middle(peerRuns), peer, note);
    print(row);
    return row;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function command(side: Side): Extract<Side, { kind: 'command' }> {
  if (side.kind === 'missing') throw new Error(side.reason);
  return side;
}

function rowOf(bench: Bench, ours: Run, peer: Run | undefined, side: Side, note: string | undefined): Row {
  return {
    name: bench.name,
    about: bench.about,
    ours,
    peer,
    time: peer === undefined ? undefined : ours.seconds / peer.seconds,
    memory: peer === undefined ? undefined : ours.megabytes / peer.megabytes,
    goal: bench.goal,
    note: side.kind === 'missing' ? side.reason : note,
  };
}

function print(row: Row): void {
  const of = (each: Run | undefined): string =>
    each === undefined ? '-' : `${each.seconds.toFixed(3)} s ${each.megabytes.toFixed(0)} MB`;
  const ratio = (value: number | undefined, goal: number | undefined): string =>
    value === undefined
      ? '-'
      : `${value.toFixed(3)}${goal === undefined ? '' : ` (goal ${goal}${value <= goal ? '' : ', missed'})`}`;
  console.log(row.name);
  console.log(`  ${row.about}`);
  const most = row.goal?.megabytes;
  const limit = most === undefined ? '' : ` (at most ${most} MB${row.ours.megabytes <= most ? '' : ', missed'})`;
  console.log(`  ours ${of(row.ours)}${limit}; peer ${of(row.peer)}${row.note === undefined ? '' : ` (${row.note})`}`);
  console.log(`  time ratio ${ratio(row.time, row.goal?.time)}; memory ratio ${ratio(row.memory, row.goal?.memory)}`);
}
