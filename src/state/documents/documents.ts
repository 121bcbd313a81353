import type { Engine } from '../engine/engine.ts';
import { isStateError, StateError } from '../error.ts';
import type { DocumentRow, Queries } from '../tables.ts';

/** How often a change begins anew because another process was quicker. */
const ATTEMPTS = 50;

/** What is kept as documents. */
export type DocumentKind =
  | 'deployment'
  | 'hold'
  | 'node'
  | 'plan'
  | 'allowance'
  | 'zone-type'
  | 'listing'
  | 'served'
  | 'proposal';

/** A document of a collection. Times are milliseconds since 1970. */
export interface Document<T> {
  readonly id: string;
  /** Raised by every change. */
  readonly version: number;
  /** What it is listed by. */
  readonly status: string;
  readonly body: T;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What a document is made of. */
export type DocumentValues<T> = Pick<Document<T>, 'status' | 'body'>;

/**
 * Adds a document.
 *
 * @throws StateError `conflict` where there is one with this id.
 */
export async function addDocument<T>(
  engine: Engine,
  db: Queries,
  kind: DocumentKind,
  id: string,
  { status, body }: DocumentValues<T>,
): Promise<Document<T>> {
  const now = engine.now();
  const row = { kind, id, version: 1, status, body: JSON.stringify(body), created_at: now, updated_at: now };
  try {
    await db.insertInto('documents').values(row).execute();
  } catch (error) {
    if (!isStateError(error, 'conflict')) throw error;
    throw new StateError('conflict', `there is a ${kind} ${JSON.stringify(id)} already`, 'choose another name', error);
  }
  return documentOf(row);
}

/** The document with this id. */
export async function readDocument<T>(db: Queries, kind: DocumentKind, id: string): Promise<Document<T> | undefined> {
  const row = await db
    .selectFrom('documents')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && documentOf(row);
}

/**
 * Changes a document: `change` is given what it is and gives what it becomes, `undefined` to leave it. It is called again where
 * another process was quicker. Gives what the document is then; `undefined` where there is none.
 */
export async function changeDocument<T>(
  engine: Engine,
  kind: DocumentKind,
  id: string,
  change: (document: Document<T>) => DocumentValues<T> | undefined,
): Promise<Document<T> | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readDocument<T>(engine.query, kind, id);
    const next = before && change(before);
    if (before === undefined || next === undefined) return before;
    const row = await engine.query
      .updateTable('documents')
      .set({
        version: before.version + 1,
        status: next.status,
        body: JSON.stringify(next.body),
        updated_at: engine.now(),
      })
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('version', '=', before.version)
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return documentOf(row);
  }
  throw new StateError('again', `the ${kind} ${JSON.stringify(id)} is changed by others all the time`, 'try again');
}

/** Documents of a kind, the newest first; of a status, and older than one document, where that is asked for. */
export async function listDocuments<T>(
  db: Queries,
  kind: DocumentKind,
  {
    status,
    before,
    limit = 100,
  }: {
    readonly status?: string | undefined;
    readonly before?: Pick<Document<unknown>, 'id' | 'createdAt'> | undefined;
    readonly limit?: number | undefined;
  } = {},
): Promise<Document<T>[]> {
  let select = db.selectFrom('documents').selectAll().where('kind', '=', kind);
  if (status !== undefined) select = select.where('status', '=', status);
  if (before !== undefined)
    select = select.where((eb) =>
      eb.or([
        eb('created_at', '<', before.createdAt),
        eb.and([eb('created_at', '=', before.createdAt), eb('id', '<', before.id)]),
      ]),
    );
  const rows = await select.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => documentOf<T>(row));
}

/** Removes a document; gives whether it was there. */
export async function removeDocument(db: Queries, kind: DocumentKind, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('documents')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** Forgets documents of a kind that were added before a time, and those of a status where that is given. */
export async function purgeDocuments(
  db: Queries,
  kind: DocumentKind,
  { before, status }: { readonly before: number; readonly status?: string | undefined },
): Promise<void> {
  await db
    .deleteFrom('documents')
    .where('kind', '=', kind)
    .where((eb) => eb.or([eb('created_at', '<', before), ...(status === undefined ? [] : [eb('status', '=', status)])]))
    .execute();
}

function documentOf<T>(row: DocumentRow): Document<T> {
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    body: JSON.parse(row.body) as T,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
