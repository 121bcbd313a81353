import { parseGlob, type ZoneGlob } from '../../dns/glob.ts';
import type { DomainName } from '../../dns/name.ts';
import { ROOT } from '../../dns/name.ts';
import { StateError } from '../error.ts';
import type { Queries } from '../tables.ts';

/** The patterns of the zones that an account reaches without being an admin. */
export async function grantsOf(db: Queries, accountId: number): Promise<ZoneGlob[]> {
  const rows = await db
    .selectFrom('grants')
    .select('pattern')
    .where('account_id', '=', accountId)
    .orderBy('pattern')
    .execute();
  return rows.map(({ pattern }) => ({ pattern }));
}

/** Lets an account reach the zones of a pattern: `example.com` for one zone, `*.example.com` for all below. */
export async function grant(db: Queries, accountId: number, pattern: string): Promise<void> {
  const glob = parseGlob(pattern);
  if (glob === undefined)
    throw new StateError(
      'refused',
      `${JSON.stringify(pattern)} is not a pattern of zone names`,
      'write a name such as example.com, or *.example.com',
    );
  await db
    .insertInto('grants')
    .values({ account_id: accountId, pattern: glob.pattern })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes a pattern away from an account. */
export async function withdrawGrant(db: Queries, accountId: number, pattern: string): Promise<void> {
  const glob = parseGlob(pattern);
  if (glob === undefined) return;
  await db.deleteFrom('grants').where('account_id', '=', accountId).where('pattern', '=', glob.pattern).execute();
}

/** The names of the accounts that were granted this very zone: whoever made it, and whom it was shared with. */
export async function holdersOf(db: Queries, zone: DomainName): Promise<string[]> {
  const rows = await db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .select('accounts.name')
    .where('grants.pattern', '=', patternOf(zone))
    .orderBy('accounts.name')
    .execute();
  return rows.map(({ name }) => name);
}

/** Forgets who was granted this very zone. Due when it is deleted: whoever makes it again is somebody else. */
export async function forgetZone(db: Queries, zone: DomainName): Promise<void> {
  await db.deleteFrom('grants').where('pattern', '=', patternOf(zone)).execute();
}

function patternOf(zone: DomainName): string {
  return zone === ROOT ? ROOT : zone.slice(0, -1);
}
