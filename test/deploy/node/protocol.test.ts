import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown } from '../../../src/deploy/node/node-error.ts';
import { parseState } from '../../../src/deploy/node/protocol.ts';

const GOOD = ['current r1', 'verified r1', 'mode normal', 'release r1', 'free 10 100'];

function said(lines: readonly string[], head = 'zonewright-node 4', end = 'end\n'): string {
  return [head, ...lines, end].join('\n');
}

describe('what a node says of itself', () => {
  it('is read', () => {
    expect(
      parseState(
        said([
          ...GOOD,
          'whole r1',
          'hold -',
          `caddy ${'ab'.repeat(32)}`,
          'lock 0123456789abcdef 1700000000 paula@host, process 7',
          'later x',
        ]),
      ),
    ).toEqual({
      current: 'r1',
      verified: 'r1',
      hold: null,
      mode: 'normal',
      web: { caddy: 'ab'.repeat(32) },
      releases: ['r1'],
      whole: ['r1'],
      free: 1000,
      lock: { token: '0123456789abcdef', since: 1700000000, holder: 'paula@host, process 7' },
    });
  });

  it.each([
    ['nothing', '', 'cut off'],
    ['half of it', said(GOOD).slice(0, -4), 'cut off'],
    ['another program', said(GOOD, 'Welcome to Debian'), 'not zonewright-node'],
    ['another version', said(GOOD, 'zonewright-node 1'), 'version 1'],
    ['a path for an id', said([...GOOD, 'current ../../etc']), 'malformed line: current'],
    ['an escape sequence', said([...GOOD, 'lock 0123456789abcdef 1 \x1b[2Jx']), 'control characters'],
    ['no room', said(GOOD.slice(0, 4)), 'how much room'],
    ['an odd mode', said([...GOOD, 'mode __proto__']), 'malformed line: mode'],
    ['a lock without holder', said([...GOOD, 'lock x']), 'no holder'],
  ])('is refused where it is %s', (_, text, why) => {
    expect(parseState(text)).toContain(why);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (lines) => {
        parseState(said(lines));
      }),
    );
  });

  it('is shown on one line without control characters, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = shown(text);
        expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
        expect(line.length).toBeLessThanOrEqual(301);
      }),
    );
  });
});
