import { generateKeyPairSync } from 'node:crypto';
import { keyTag } from '../../../src/dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../../../src/dns/dnssec/policy.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import { masterText, rrsetsInOrder } from '../../../src/dns/master/writer.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import { fromText, octets, u8, u16 } from '../../../src/dns/octets.ts';
import type { RRset } from '../../../src/dns/rrset.ts';
import type { SignInputs, SigningKey } from '../../../src/dnssec/sign/inputs.ts';
import { openSigningPool } from '../../../src/dnssec/sign/pool.ts';
import { type SignedZone, signZone } from '../../../src/dnssec/sign/sign.ts';

/** Signs on this thread only. */
export const here = openSigningPool(0);

/** Seconds since 1970: the programs that judge zones look at the clock. */
export const NOW = Math.floor(Date.now() / 1000);

/** Two weeks, a day of jitter, renewed five days before the end, begun an hour ago. */
export const times = { now: NOW, lifetime: 1209600, jitter: 86400, refresh: 432000, inception: 3600 };

/** A new key. */
export function newKey(algorithm: SigningAlgorithm, flags = 257): SigningKey {
  const { publicKey, privateKey } = generate(algorithm);
  const jwk = publicKey.export({ format: 'jwk' });
  const part = (text = ''): string => Buffer.from(text, 'base64url').toString('latin1');
  const key =
    jwk.kty === 'RSA' ? u8(part(jwk.e).length) + part(jwk.e) + part(jwk.n) : part(jwk.x) + part(jwk.y as string);
  const dnskey = octets(u16(flags) + u8(3) + u8(algorithm) + key);
  return { dnskey, tag: keyTag(dnskey), algorithm, privateKey };
}

function generate(algorithm: SigningAlgorithm) {
  if (algorithm === 13) return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === 14) return generateKeyPairSync('ec', { namedCurve: 'P-384' });
  if (algorithm === 15) return generateKeyPairSync('ed25519');
  if (algorithm === 16) return generateKeyPairSync('ed448');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** The RRsets of a master file in order. */
export function zoneOf(text: string, apex: DomainName): RRset[] {
  const { rrsets, problems } = readRRsets({ name: 'zone', octets: fromText(text) }, { apex });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return rrsetsInOrder(apex, rrsets);
}

/** A zone with all that is easy to get wrong. */
export const NASTY = `$TTL 3600
@ SOA ns1 Hostmaster 4294967295 14400 3600 1209600 1800
@ NS ns1
@ NS NS2
@ MX 10 Mail
@ TXT "one" "two"
ns1 A 192.0.2.1
ns2 60 AAAA 2001:db8::1
mail A 192.0.2.5
mail A 192.0.2.4
* TXT "wild"
*.wild MX 10 MAIL
a.b.c.d A 192.0.2.9
c.d TXT "in the middle"
cn CNAME MAIL
dn DNAME Example.net.
dn TXT "at a DNAME"
sub NS ns.sub
sub A 192.0.2.77
ns.sub A 192.0.2.3
ns.sub AAAA 2001:db8::3
secure NS ns.secure
secure DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000
ns.secure A 192.0.2.4
far.away NS ns.example.net.
safe.away2 NS ns.example.net.
safe.away2 DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000
sp\\032ace\\.dot TXT "y"
\\000\\001z A 192.0.2.1
\\255 A 192.0.2.1
unknown TYPE65280 \\# 3 010203
unknown TYPE1234 \\# 0
srv SRV 0 0 80 Mail
svc HTTPS 1 Svc.Example.org. alpn=h2
`;

/** The apex of the zones here. */
export const APEX = parseName('example.com.');

/** What to sign a zone with, everything as one would have it by default. */
export function inputsFor(text: string, keys: readonly SigningKey[], more: Partial<SignInputs> = {}): SignInputs {
  const apex = more.apex ?? APEX;
  return {
    apex,
    rrsets: zoneOf(text, apex),
    dnskeys: keys.map(({ dnskey }) => dnskey),
    dnskeyTtl: 7200,
    dnskeySigners: keys,
    zoneSigners: keys,
    cds: [],
    cdnskey: [],
    denial: { kind: 'nsec' },
    zonemd: false,
    times,
    ...more,
  };
}

/** Signs a zone that can be signed. */
export async function signed(inputs: SignInputs, pool = here): Promise<SignedZone> {
  const zone = await signZone(inputs, pool);
  if (zone.kind === 'fault') throw new Error(JSON.stringify(zone.fault));
  return zone;
}

/** The master file of a zone. */
export function textOf({ rrsets }: SignedZone, apex = APEX, defaultTtl = 3600): string {
  return masterText({ apex, defaultTtl, rrsets });
}
