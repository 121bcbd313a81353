import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { isDkimName, keyOctets, rsaBits } from './dkim.ts';
import { cut, readTags, tagValue } from './tags.ts';

/** `k1._domainkey: { TXT: "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN" }`, a key that was cut off */
export const dkimKey: Check = {
  id: 'dkim-key',
  severity: 'warning',
  standard: 'RFC 6376 section 3.6.1, RFC 8301 section 3.2, RFC 8463 section 3',
  reason: 'Verifiers can do nothing with a key that was cut off, and refuse RSA keys under 1024 bits.',
  repair: 'Copy the key as a whole, or make a new one of 2048 bits.',
  covers: ['M14'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (!isDkimName(rrset.owner)) return;
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const fault = faultOf(texts[i] as string);
        if (fault !== undefined) look.at(rrset, i, { message: `the DKIM key of ${displayName(rrset.owner)} ${fault}` });
      }
    },
  },
};

const ED25519_OCTETS = 32;

function faultOf(text: string): string | undefined {
  const { tags } = readTags(text);
  const key = keyOctets(tagValue(tags, 'p') ?? '');
  const kind = (tagValue(tags, 'k') ?? 'rsa').toLowerCase();
  if (key === undefined || key.length === 0) return undefined;
  if (kind === 'ed25519') {
    return key.length === ED25519_OCTETS ? undefined : `has ${key.length} octets, not the 32 of an Ed25519 key`;
  }
  if (kind !== 'rsa') return `is of the kind "${cut(kind)}", which is neither rsa nor ed25519`;
  const bits = rsaBits(key);
  if (bits === undefined) return 'is no RSA key, or not the whole of one';
  return bits < 1024 ? `has ${bits} bits, less than 1024` : undefined;
}
