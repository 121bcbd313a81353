import type { DsData } from '../../../dnssec/ds-data.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import type { Route } from '../routes.ts';
import { type Ask, type Run, zoneFor } from './ask.ts';
import { timeText } from './records.ts';

/** `/zones/:zone/ds_records` */
export const dsRoutes: readonly Route<Run>[] = [{ method: 'GET', path: '/zones/:zone/ds_records', run: listDs }];

/** What the parent of a zone is to have, as the newest release says; nothing where the zone is not signed. */
async function listDs(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const { id, createdAt } = zone.id;
  const rows = ask.services.releases.dsData(zone.view.zone) as unknown as readonly DsData[];
  return answer(
    200,
    rows.map(({ key_tag, algorithm, digest_type, digest, public_key }) => ({
      // The same DS has the same number, and no other DS of the zone has it.
      id: key_tag * 256 + digest_type,
      key_tag,
      algorithm,
      digest_type,
      digest: digest.toLowerCase(),
      public_key,
      zone_id: id,
      created_at: timeText(createdAt),
      updated_at: timeText(createdAt),
    })),
  );
}
