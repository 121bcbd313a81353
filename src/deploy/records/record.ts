import type { NodeOutcome, RolloutOutcome, Step } from '../rollout/event.ts';

/** How far a node has come in a deployment. Times are milliseconds since 1970. */
export interface NodeRecord {
  readonly node: string;
  /** The step that it is in, or was in last. */
  readonly step: Step;
  readonly startedAt: number;
  /** Whether it announced before it was touched; `undefined` until that is known. */
  readonly announced?: boolean;
  readonly finishedAt?: number;
  readonly outcome?: NodeOutcome;
  readonly message?: string;
  readonly fix?: string;
  /** Milliseconds of each step that is over. */
  readonly steps: Readonly<Partial<Record<Step, number>>>;
  /** Octets that were sent and received for the release. */
  readonly octets: number;
}

/** A deployment: who has rolled out what, when, and what has become of it. */
export interface DeploymentRecord {
  /** Greater than those before. */
  readonly id: string;
  /** Holds the locks of the nodes. */
  readonly token: string;
  readonly kind: 'deploy' | 'rollback';
  readonly release: string;
  readonly commit: string | null;
  readonly by: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly outcome?: RolloutOutcome;
  readonly nodes: ReadonlyMap<string, NodeRecord>;
}

/** Where deployments are recorded. Everything is durable when a call has come back. */
export interface DeploymentStore {
  begin(deployment: Omit<DeploymentRecord, 'nodes' | 'finishedAt' | 'outcome'>): Promise<void>;
  saveNode(deployment: string, node: NodeRecord): Promise<void>;
  finish(deployment: string, outcome: RolloutOutcome, at: number): Promise<void>;
  /** The newest first. */
  list(most: number): Promise<readonly DeploymentRecord[]>;
}
