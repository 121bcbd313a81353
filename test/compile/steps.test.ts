import { describe, expect, it } from 'vitest';
import type { EvaluatedZone } from '../../src/compile/evaluate.ts';
import { checkMeanwhile, finish, isWorthWhile, type Sized, type Steps } from '../../src/compile/steps.ts';

/** A zone of which no more is known than what was found. */
function zoneWith(severity?: 'error' | 'warning', signedBy: string | null = 'default', size = 1 << 20): Sized {
  const findings = severity === undefined ? [] : [{ severity }];
  const state = { kind: 'content', signedBy: signedBy ?? undefined };
  return { evaluated: { facts: { state, findings } } as unknown as EvaluatedZone, size };
}

function* steps(result: Sized, count = 3, error?: Error): Steps {
  for (let i = 0; i < count; i++) yield;
  if (error !== undefined) throw error;
  return result;
}

/** Resolves when the signal says that nothing is wanted any more, and rejects then as who listens to it would. */
function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason)));
}

describe('a zone that is handed over before it is checked', () => {
  const compiled = zoneWith();

  it('is one whose document is long, which is to be signed, and in which nothing is found so far that stops it', () => {
    expect([compiled, zoneWith('warning')].map(isWorthWhile)).toEqual([true, true]);
    const others = [undefined, zoneWith('error'), zoneWith(undefined, null), zoneWith(undefined, 'default', 1000)];
    expect(others.map(isWorthWhile)).toEqual([false, false, false, false]);
  });

  it('is given when both are done', async () => {
    const checked = zoneWith('warning');
    const done: string[] = [];
    let end = (): void => undefined;
    const take = async (zones: readonly EvaluatedZone[]): Promise<void> => {
      expect(zones).toEqual([compiled.evaluated]);
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      done.push('taken');
    };
    function* endingIt(): Steps {
      yield;
      done.push('checked');
      end();
      return checked;
    }
    expect(await checkMeanwhile(compiled, take, endingIt())).toBe(checked);
    expect(done).toEqual(['checked', 'taken']);
    expect(finish(steps(checked))).toBe(checked);
  });

  it('is broken off by a finding that stops the release, which is what is told', async () => {
    const checked = zoneWith('error');
    let signal: AbortSignal | undefined;
    const take = (_: readonly EvaluatedZone[], given?: AbortSignal): Promise<void> => {
      signal = given;
      return untilAborted(given);
    };
    expect(await checkMeanwhile(compiled, take, steps(checked))).toBe(checked);
    expect(signal?.aborted).toBe(true);
  });

  it('tells what goes wrong with either, when neither is at it any more', async () => {
    const full = () => Promise.reject(new Error('the disk is full'));
    await expect(checkMeanwhile(compiled, full, steps(zoneWith()))).rejects.toThrow('the disk is full');
    const broken = steps(zoneWith(), 3, new Error('a check is broken'));
    const take = (_: readonly EvaluatedZone[], signal?: AbortSignal) => untilAborted(signal);
    await expect(checkMeanwhile(compiled, take, broken)).rejects.toThrow('a check is broken');
  });
});
