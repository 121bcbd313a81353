import type { DeploymentRecord, DeploymentStore, NodeRecord } from '../../deploy/records/record.ts';
import {
  addDocument,
  changeDocument,
  type Document,
  listDocuments,
  readDocument,
} from '../../state/documents/documents.ts';
import type { State } from '../../state/state.ts';

/** A deployment as a document of the state has it. */
type Body = Omit<DeploymentRecord, 'nodes'> & { readonly nodes: Readonly<Record<string, NodeRecord>> };

/** Keeps deployments in the state, where every process that shares it finds them. */
export function deploymentsIn(state: State): DeploymentStore & {
  /** One deployment. */
  find(id: string): Promise<DeploymentRecord | undefined>;
  /** The newest first, of those that began before one. */
  listBefore(most: number, before: Pick<DeploymentRecord, 'id' | 'startedAt'>): Promise<readonly DeploymentRecord[]>;
} {
  /** What is being written, and what waits for that: nodes that go on at the same time are written down at once. */
  const writing = new Map<string, Promise<void>>();
  const waiting = new Map<string, { readonly changes: ((body: Body) => Body)[]; readonly written: Promise<void> }>();
  const write = async (id: string, changes: readonly ((body: Body) => Body)[]): Promise<void> => {
    await writing.get(id)?.catch(() => undefined);
    waiting.delete(id);
    const written = changeDocument<Body>(state, 'deployment', id, ({ body }) => {
      const changed = changes.reduce((all, next) => next(all), body);
      return { status: changed.outcome ?? 'running', body: changed };
    }).then(() => undefined);
    writing.set(id, written);
    try {
      await written;
    } finally {
      if (writing.get(id) === written) writing.delete(id);
    }
  };
  const change = (id: string, next: (body: Body) => Body): Promise<void> => {
    let batch = waiting.get(id);
    if (batch === undefined) {
      const changes = [next];
      batch = { changes, written: write(id, changes) };
      waiting.set(id, batch);
    } else {
      batch.changes.push(next);
    }
    return batch.written;
  };
  return {
    async begin(deployment) {
      await addDocument<Body>(state, state.query, 'deployment', deployment.id, {
        status: 'running',
        body: { ...deployment, nodes: {} },
      });
    },
    // A node is called as the inventory calls it, which never is a name that objects have of their own.
    saveNode: (id, node) => change(id, (body) => ({ ...body, nodes: { ...body.nodes, [`node ${node.node}`]: node } })),
    finish: (id, outcome, at) => change(id, (body) => ({ ...body, outcome, finishedAt: at })),
    list: async (most) => (await listDocuments<Body>(state.query, 'deployment', { limit: most })).map(recordOf),
    listBefore: async (most, { id, startedAt }) =>
      (await listDocuments<Body>(state.query, 'deployment', { limit: most, before: { id, createdAt: startedAt } })).map(
        recordOf,
      ),
    async find(id) {
      const document = await readDocument<Body>(state.query, 'deployment', id);
      return document && recordOf(document);
    },
  };
}

function recordOf({ body }: Document<Body>): DeploymentRecord {
  return { ...body, nodes: new Map(Object.values(body.nodes).map((node) => [node.node, node])) };
}
