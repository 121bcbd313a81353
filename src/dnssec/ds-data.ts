import { readDnskey } from '../dns/dnssec/dnskey.ts';
import { dsOf, readDs } from '../dns/dnssec/ds.ts';
import type { DomainName } from '../dns/name.ts';
import { isEntry, type ZoneKey } from './key.ts';
import type { ZoneKeys } from './zone-keys.ts';

/** The DS of a key, as registrars and registries ask for it: as a digest (RFC 4034 section 5) or as the key itself. */
export interface DsData {
  readonly key_tag: number;
  readonly algorithm: number;
  readonly digest_type: number;
  /** Upper-case hexadecimal. */
  readonly digest: string;
  readonly flags: number;
  readonly protocol: number;
  /** Base64. */
  readonly public_key: string;
}

/**
 * The keys whose DS the parent of a zone is to have now: those that it was last asked for, and at the beginning, before it
 * was asked for any, those that it is going to have. A zone that is not to be `secure` is going to have none.
 */
export function dsForParent(
  { keys, progress }: Pick<ZoneKeys, 'keys' | 'progress'>,
  secure: boolean,
): readonly ZoneKey[] {
  const asked = progress?.wanted.at(-1)?.keys ?? [];
  const existing = progress?.chain.ds.at(-1)?.keys ?? [];
  if (!secure || asked.length > 0 || existing.length > 0) return keys.filter(({ id }) => asked.includes(id));
  return keys.filter((key) => isEntry(key) && key.goal === 'use');
}

/** The DS data of keys: of each key one for each digest type. */
export function dsData(zone: DomainName, keys: readonly ZoneKey[], digests: readonly (2 | 4)[]): DsData[] {
  return keys.flatMap(({ dnskey }) =>
    digests.map((type) => {
      const { tag, algorithm, digestType, digest } = readDs(dsOf(zone, dnskey, type));
      const { flags, protocol, key } = readDnskey(dnskey);
      return {
        key_tag: tag,
        algorithm,
        digest_type: digestType,
        digest: Buffer.from(digest, 'latin1').toString('hex').toUpperCase(),
        flags,
        protocol,
        public_key: Buffer.from(key, 'latin1').toString('base64'),
      };
    }),
  );
}

/**
 * The DS records of keys for the parent, one a line; nothing where there are no keys.
 *
 * @example dsText(zone, [key], [2]) // 'example.com. IN DS 31362 13 2 837DA6AB…\n'
 */
export function dsText(zone: DomainName, keys: readonly ZoneKey[], digests: readonly (2 | 4)[]): string {
  return dsData(zone, keys, digests)
    .map(
      ({ key_tag, algorithm, digest_type, digest }) =>
        `${zone} IN DS ${key_tag} ${algorithm} ${digest_type} ${digest}\n`,
    )
    .join('');
}

/** The same as data: `ds/<zone>.json` of a release (`schemas/ds.schema.json`). */
export function dsJson(zone: DomainName, keys: readonly ZoneKey[], digests: readonly (2 | 4)[]): string {
  return `${JSON.stringify({ format_version: '1.0', zone, ds: dsData(zone, keys, digests) }, null, 2)}\n`;
}
