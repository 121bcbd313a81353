import type { Queries } from '../tables.ts';

/**
 * Notes that a webhook's delivery has come; gives whether it is the first with this id. Do it in the transaction that puts the
 * job for it into the queue: then each delivery has its job once.
 */
export async function noteDelivery(db: Queries, source: string, id: string, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('deliveries')
    .values({ source, id, received_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Forgets deliveries that came before a time: senders do not repeat them any more. */
export async function purgeDeliveries(db: Queries, before: number): Promise<void> {
  await db.deleteFrom('deliveries').where('received_at', '<', before).execute();
}
