import type { BgpState } from './adapter.ts';

/** One of the node's prefixes and one neighbour that has to hear of it. */
export interface Hearing {
  readonly prefix: string;
  readonly neighbor: string;
  /** Whether the daemon has sent it there over a session that is established. */
  readonly heard: boolean;
}

/**
 * What the daemon's answers come to; a prefix that nobody is to hear of counts as withheld. `offered`: whether it has
 * something to announce, to whomever.
 */
export function tally(
  prefixes: readonly string[],
  hearings: readonly Hearing[],
  sessions: BgpState['sessions'],
  offered: boolean | undefined,
): BgpState {
  const heard = hearings.filter((each) => each.heard).length;
  const withheld = hearings.length - heard + prefixes.filter((prefix) => !isFor(prefix, hearings)).length;
  const down = sessions.filter(({ established }) => !established).map(({ name }) => name);
  return {
    announced: heard === 0 ? 'no' : withheld === 0 ? 'yes' : 'partly',
    offered: heard > 0 || offered,
    sessions,
    note: down.length === 0 ? undefined : `not established: ${down.join(', ')}`,
  };
}

function isFor(prefix: string, hearings: readonly Hearing[]): boolean {
  return hearings.some((each) => each.prefix === prefix);
}

/** A daemon that cannot be asked; such a node never counts as withdrawn. */
export function unknownState(note: string): BgpState {
  return {
    announced: 'unknown',
    offered: undefined,
    sessions: [],
    note: note === '' ? 'the daemon does not answer' : note,
  };
}

/** The address family of a prefix or an address. */
export function familyOf(text: string): 'ipv4' | 'ipv6' {
  return text.includes(':') ? 'ipv6' : 'ipv4';
}
