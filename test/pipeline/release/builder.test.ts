import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openBuilder, type ReleaseBuilder } from '../../../src/pipeline/release/builder.ts';
import type { Made } from '../../../src/pipeline/release/make.ts';
import { makeReleases } from '../../../src/pipeline/release/resident.ts';
import { isAlive } from '../../setup/alive.ts';

/** A program that answers each line by what it is told to: its own id, silence, or its end. */
const PROGRAM = `
let asked = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { at } = JSON.parse(line);
  asked++;
  if (at === 'die' || (at === 'die second' && asked > 1)) {
    process.stderr.write('it was told to die\\n');
    process.kill(process.pid, 'SIGKILL');
  } else if (at !== 'hang') process.stdout.write(JSON.stringify({ keysFor: [String(process.pid)] }) + '\\n');
  else process.stderr.write('hanging\\n');
});
`;

const never = new AbortController().signal;

function builderOf(program: string): ReleaseBuilder {
  const builder = openBuilder([process.execPath, '-e', program]);
  onTestFinished(() => builder.close());
  return builder;
}

const pidOf = ({ keysFor }: Made): number => Number(keysFor[0]);
const wanted = (at?: string) => ({ signed: [], at });

describe('the process that makes releases', () => {
  it('stays from one release to the next, and ends with whoever asked', async () => {
    const builder = builderOf(PROGRAM);
    const [first, second] = await Promise.all([builder.make(wanted(), never), builder.make(wanted(), never)]);
    expect(pidOf(first)).toBe(pidOf(second));
    await builder.close();
    expect(isAlive(pidOf(first))).toBe(false);
  });

  it('is started again when it has died, and then asked once more', async () => {
    const builder = builderOf(PROGRAM);
    const first = await builder.make(wanted(), never);
    const second = await builder.make(wanted('die second'), never);
    expect(pidOf(second)).not.toBe(pidOf(first));
    process.kill(pidOf(second), 'SIGKILL');
    expect(pidOf(await builder.make(wanted(), never))).not.toBe(pidOf(second));
  });

  it('is not started again where it has ended with whoever asked', async () => {
    const builder = builderOf(PROGRAM);
    await builder.make(wanted(), never);
    const made = expect(builder.make(wanted('hang'), never)).rejects.toThrow('the server ends');
    await builder.close();
    await made;
    await expect(builder.make(wanted(), never)).rejects.toThrow('the server ends');
  });

  it('is not started again and again where it dies at once', async () => {
    const { built } = await builderOf(PROGRAM).make(wanted('die'), never);
    expect(built).toMatchObject({ kind: 'failure', message: 'the release could not be made: it was told to die' });
  });

  it('is killed where its release is not wanted any more', async () => {
    const builder = builderOf(PROGRAM);
    const first = pidOf(await builder.make(wanted(), never));
    const stop = new AbortController();
    const made = builder.make(wanted('hang'), stop.signal);
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(made).rejects.toThrow('enough');
    expect(pidOf(await builder.make(wanted(), never))).not.toBe(first);
  });

  it('says so where there is no such program', async () => {
    const builder = openBuilder(['/nowhere/zonewright']);
    await expect(builder.make(wanted(), never)).rejects.toThrow('ENOENT');
    await builder.close();
  });
});

describe('a process that stays', () => {
  const line = `${JSON.stringify(wanted())}\n`;
  const make = async (): Promise<Made> => ({ keysFor: [], schedule: undefined }) as unknown as Made;

  it('leaves when nothing was wanted for long', async () => {
    const answers: string[] = [];
    const input = new PassThrough();
    input.write(line);
    await makeReleases({ input, make, answer: async (text) => void answers.push(text), patience: 20 });
    expect(answers).toEqual(['{"keysFor":[]}\n']);
  });

  it('leaves when its memory has grown too much', async () => {
    const answers: string[] = [];
    const input = new PassThrough();
    input.write(line + line);
    await makeReleases({ input, make, answer: async (text) => void answers.push(text), room: 1 });
    expect(answers).toHaveLength(1);
  });

  it('leaves when the input ends, and when a release ends in a fault', async () => {
    const input = new PassThrough();
    input.end(line);
    await makeReleases({ input, make, answer: async () => undefined });
    const other = new PassThrough();
    other.write(line);
    const fault = makeReleases({
      input: other,
      make: () => Promise.reject(new Error('a fault')),
      answer: async () => undefined,
    });
    await expect(fault).rejects.toThrow('a fault');
  });
});
