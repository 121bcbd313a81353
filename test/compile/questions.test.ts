import { describe, expect, it } from 'vitest';
import { joinLogs, type Question, type QuestionLog } from '../../src/compile/questions.ts';
import { parseName } from '../../src/dns/name.ts';

const target = parseName('example.net.');

function asked(name: string, digest: string): Question {
  return { kind: 'rrsets', target, name: parseName(name, target), digest };
}

function log(questions: readonly Question[], neighbourhoods: readonly string[] = []): QuestionLog {
  return { questions, neighbourhoods: new Set(neighbourhoods) };
}

describe('two logs of one asker', () => {
  it('are one in which each question stands once, with the answer that came last', () => {
    const joined = joinLogs(log([asked('a', '1'), asked('b', '1')], ['x.']), log([asked('a', '2')], ['x.', 'y.']));
    expect(joined.questions).toEqual([asked('a', '2'), asked('b', '1')]);
    expect(joined.neighbourhoods).toEqual(new Set(['x.', 'y.']));
  });

  it('do not grow without end, however often something is asked, and whatever it is', () => {
    let known = log([]);
    for (let i = 0; i < 1000; i++) known = joinLogs(known, log([asked('same', String(i))], ['x.']));
    expect(known.questions).toEqual([asked('same', '999')]);
    for (let i = 0; i < 1000; i++) known = joinLogs(known, log([asked(`name-${i}`, '1')], [`zone-${i}.`]));
    expect(known.questions.length).toBeLessThan(300);
    // Then every change of that zone counts.
    expect(known.questions).toContainEqual({ kind: 'all', target, name: target, digest: '' });
    expect(known.neighbourhoods).toBe('any');
  });
});
