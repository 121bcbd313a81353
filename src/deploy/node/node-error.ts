/**
 * What is thrown where a node does not do what it has to: one sentence for the user, without the name of the node, and one
 * that says what to do. `unreachable`: it may be back later; `distrust`: it is not what it should be, and is left alone;
 * `locked`: another rollout holds it; `failed`: something on it went wrong; `interrupted`: the rollout itself was.
 */
export class NodeError extends Error {
  readonly reason: 'unreachable' | 'distrust' | 'locked' | 'failed' | 'interrupted';
  readonly fix: string;

  constructor(reason: NodeError['reason'], message: string, fix: string) {
    super(message);
    this.name = 'NodeError';
    this.reason = reason;
    this.fix = fix;
  }
}

/** At most so many characters of what a node says are shown. */
const SHOWN = 300;

/** What a node said, as it can be shown: one line, no control characters, not too long. */
export function shown(text: string): string {
  const line = text
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line;
}
