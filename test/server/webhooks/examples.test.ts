import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { github } from '../../../src/server/webhooks/github.ts';
import type { Delivery, Expected } from '../../../src/server/webhooks/sender.ts';

const expected: Expected = { repository: 'codertocat/hello-world', branch: 'master', label: 'bug' };

interface Example {
  readonly event: string;
  readonly action: string;
  readonly payload: unknown;
}

const all: Example[] = (examples as { name: string; examples: Record<string, unknown>[] }[]).flatMap((each) =>
  each.examples.map((payload) => ({ event: each.name, action: String(payload.action ?? ''), payload })),
);

function read(example: Example, to = expected): Delivery {
  return github.read({ 'x-github-event': example.event }, example.payload, to);
}

/** What became of all examples of an event, by their actions. */
function outcomes(event: string, to = expected): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const example of all.filter((each) => each.event === event)) {
    const delivery = read(example, to);
    const said = delivery.kind === 'ignored' ? `ignored: ${delivery.why}` : delivery.kind;
    found[example.action] ??= new Set();
    found[example.action]?.add(said);
  }
  return Object.fromEntries(Object.entries(found).map(([action, said]) => [action, [...said].sort()]));
}

describe("GitHub's examples", () => {
  it('of pull requests are looked at where the plan may be another, and ignored elsewhere', () => {
    const nothing = ['ignored: nothing hangs on this action'];
    expect(outcomes('pull_request')).toEqual({
      opened: ['review'],
      reopened: ['review'],
      synchronize: ['review'],
      labeled: ['review'],
      unlabeled: ['review'],
      closed: ['ignored: closed'],
      assigned: nothing,
      unassigned: nothing,
      converted_to_draft: nothing,
      ready_for_review: nothing,
      locked: nothing,
      unlocked: nothing,
      review_requested: nothing,
      review_request_removed: nothing,
    });
    const { labeled, unlabeled } = outcomes('pull_request', { ...expected, label: 'zonewright:allow-deletes' });
    expect([labeled, unlabeled]).toEqual([['ignored: another label'], ['ignored: another label']]);
    const other = outcomes('pull_request', { ...expected, branch: 'main' });
    expect(new Set(Object.values(other).flat())).toEqual(new Set(['ignored: a pull request to another branch']));
  });

  it('of pushes are work where the deployed branch moved, and ignored elsewhere', () => {
    const pushes = all.filter(({ event }) => event === 'push');
    expect(pushes.map((each) => (each.payload as { ref: string }).ref.replace(/.*\//, ''))).toContain('master');
    for (const each of pushes) {
      const { ref } = each.payload as { ref: string };
      expect(read(each).kind).toBe(ref === 'refs/heads/master' ? 'push' : 'ignored');
      expect(read(each, { ...expected, branch: 'simple-tag' }).kind).toBe('ignored');
    }
  });

  it('of reruns that name a pull request are looked at', () => {
    expect(outcomes('check_suite').rerequested).toEqual(['review']);
    expect(outcomes('check_run').rerequested).toEqual(['ignored: another repository']);
  });

  it('of another repository are ignored', () => {
    const other = { ...expected, repository: 'codertocat/other' };
    for (const example of all) expect(read(example, other).kind, example.event).toBe('ignored');
  });

  it('of everything else are ignored', () => {
    const worked = new Set(['push', 'pull_request', 'check_suite']);
    for (const example of all.filter(({ event }) => !worked.has(event))) {
      expect(read(example).kind, `${example.event} ${example.action}`).toBe('ignored');
    }
  });
});
