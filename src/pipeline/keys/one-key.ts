import { displayName } from '../../dns/name.ts';
import type { ZoneKey } from '../../dnssec/key.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import { type Failure, failure } from '../failure.ts';

/** The key of a zone that is named by its id (`13-04780`) or its tag. */
export function findKey(known: ZoneKeys, named: string): ZoneKey | Failure {
  const found = known.keys.filter(({ id, tag }) => id === named || String(tag) === named);
  const [key, ...more] = found;
  const zone = displayName(known.zone);
  if (key !== undefined && more.length === 0) return key;
  const ids = (more.length > 0 ? found : known.keys).map(({ id }) => id).join(', ');
  if (known.keys.length === 0) return failure('usage', `${zone} has no keys`, 'list keys with: zonewright keys list');
  return failure(
    'usage',
    more.length > 0 ? `${zone} has more than one key with the tag ${named}` : `${zone} has no key ${named}`,
    `name one of ${ids}`,
  );
}
