/** What is being done on a node, in this order; `back` only where something went wrong. */
export type Step = 'ask' | 'transfer' | 'check' | 'drain' | 'switch' | 'verify' | 'announce' | 'back';

/** Every step, in order. */
export const STEPS: readonly Step[] = ['ask', 'transfer', 'check', 'drain', 'switch', 'verify', 'announce'];

/**
 * What has become of a node. `done`: it serves the release; `unchanged`: it did already; `rolled-back`: it failed and serves
 * the release before again; `failed`: it failed before anything on it was changed; `stuck`: it failed, could not be brought
 * back, and stays withdrawn; `late`: it could not be reached and catches up later; `disabled`: people have taken it out;
 * `not-begun`: the rollout has stopped before.
 */
export type NodeOutcome = 'done' | 'unchanged' | 'rolled-back' | 'failed' | 'stuck' | 'late' | 'disabled' | 'not-begun';

/** What has become of a rollout. `partly`: some nodes failed, as many as may; `stopped`: more than that. */
export type RolloutOutcome = 'done' | 'partly' | 'stopped' | 'interrupted';

/** How a node has ended. */
export interface NodeEnd {
  readonly outcome: NodeOutcome;
  /** Why, where it is not as it should be, and what to do. */
  readonly message?: string;
  readonly fix?: string;
}

/** What happens in a rollout, as it happens: the one source of all that shows it. Times are milliseconds since 1970. */
export type RolloutEvent =
  | {
      readonly type: 'started';
      readonly at: number;
      readonly deployment: string;
      readonly release: string;
      readonly nodes: readonly string[];
      /** Whether one that was interrupted is finished. */
      readonly resumed: boolean;
    }
  | { readonly type: 'step'; readonly at: number; readonly node: string; readonly step: Step; readonly detail?: string }
  | { readonly type: 'progress'; readonly at: number; readonly node: string; readonly share: number }
  | { readonly type: 'note'; readonly at: number; readonly node?: string; readonly message: string }
  | ({
      readonly type: 'node';
      readonly at: number;
      readonly node: string;
      readonly milliseconds: number;
      readonly octets: number;
    } & NodeEnd)
  | {
      readonly type: 'finished';
      readonly at: number;
      readonly outcome: RolloutOutcome;
      readonly milliseconds: number;
      /** How many nodes have ended in which way. */
      readonly nodes: Readonly<Partial<Record<NodeOutcome, number>>>;
    };

/** Takes events. */
export type Tell = (event: RolloutEvent) => void;
