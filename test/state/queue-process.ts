import { setTimeout as pause } from 'node:timers/promises';
import { enqueue } from '../../src/state/queue/job.ts';
import { startWorker } from '../../src/state/queue/worker.ts';
import { openState, type State, type StatePlace } from '../../src/state/state.ts';

/** What another process does with a queue; it says on standard output what has come about. */
export type Task = 'hang' | 'write' | 'work';

/** Runs a job of a lane: notes that it ran and that it was alone there. Either fails where it ran twice. */
export async function runAlone(state: State, id: number, lane: string | undefined): Promise<void> {
  await state.query
    .insertInto('counters')
    .values({ name: `lane ${lane}`, value: id })
    .execute();
  await pause(2);
  await state.query
    .insertInto('counters')
    .values({ name: `job ${id}`, value: process.pid })
    .execute();
  await state.query.deleteFrom('counters').where('name', '=', `lane ${lane}`).execute();
}

async function main(place: StatePlace, task: Task): Promise<void> {
  const state = await openState(place);
  const say = (word: string | number): void => void process.stdout.write(`${word}\n`);
  if (task === 'write')
    for (;;) say(await enqueue(state, state.query, { kind: 'nobody', payload: { long: 'x'.repeat(200) } }));
  const hang = (id: number) => {
    say(id);
    return new Promise<void>(() => undefined);
  };
  startWorker(
    state,
    { lane: ({ id, lane }) => (task === 'hang' ? hang(id) : runAlone(state, id, lane)) },
    { lease: task === 'hang' ? 600 : 30_000, poll: 50, report: ({ kind }) => say(kind) },
  );
  say('ready');
}

const [place, task] = process.argv.slice(2);
if (task !== undefined) await main(JSON.parse(place as string), task as Task);
