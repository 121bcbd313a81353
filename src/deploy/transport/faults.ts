import { NodeError, shown } from '../node/node-error.ts';
import type { ProcessEnd } from './process.ts';

/** What a program that did not come to its end means, in the words of a user. */
export function processFailure(program: string, end: Exclude<ProcessEnd, { kind: 'ended' }>): NodeError {
  switch (end.kind) {
    case 'missing':
      return new NodeError(
        'failed',
        `${program} cannot be run here: ${shown(end.message)}`,
        `install ${program} on this machine`,
      );
    case 'timeout':
      return new NodeError(
        'unreachable',
        'it does not answer in time',
        'check that the node is well, or raise deploy.timeouts in zonewright.yaml',
      );
    case 'oversize':
      return new NodeError(
        'distrust',
        'it prints without end',
        'look at what runs on the node in place of zonewright-node',
      );
    case 'interrupted':
      return new NodeError('interrupted', 'interrupted', 'run the same command again');
  }
}
