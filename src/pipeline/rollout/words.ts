import type { NodeOutcome, RolloutOutcome, Step } from '../../deploy/rollout/event.ts';

/** What a step is called while it goes on. */
export const stepText: Readonly<Record<Step, string>> = {
  ask: 'asking',
  transfer: 'transferring',
  check: 'checking',
  drain: 'draining',
  switch: 'switching',
  verify: 'verifying',
  announce: 'announcing',
  back: 'going back',
};

/** What has become of a node. */
export const outcomeText: Readonly<Record<NodeOutcome, string>> = {
  done: 'done',
  unchanged: 'had it already',
  'rolled-back': 'failed and is back on the release before',
  failed: 'failed; nothing on it was changed',
  stuck: 'failed and stays withdrawn',
  late: 'cannot be reached; it gets the release when it is back',
  disabled: 'is disabled and was left alone',
  'not-begun': 'was not begun',
};

/** What has become of a rollout. */
export const rolloutText: Readonly<Record<RolloutOutcome, string>> = {
  done: 'done',
  partly: 'done, but for nodes that failed',
  stopped: 'stopped',
  interrupted: 'interrupted',
};

/** A time, as people like it: `0.4 s`, `2 min 5 s`. */
export function secondsText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A number of octets: `812 B`, `1.3 kB`, `4.0 MB`. */
export function octetsText(octets: number): string {
  if (octets < 1000) return `${octets} B`;
  const [unit, size] = octets < 1e6 ? ['kB', 1e3] : octets < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(octets / (size as number)).toFixed(1)} ${unit}`;
}
