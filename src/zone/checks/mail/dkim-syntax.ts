import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { isDkimName, keyOctets } from './dkim.ts';
import { cut, readTags, tagValue } from './tags.ts';

/** `k1._domainkey: { TXT: "p=MIGf...; v=DKIM1" }` */
export const dkimSyntax: Check = {
  id: 'dkim-syntax',
  severity: 'error',
  standard: 'RFC 6376 section 3.6.1',
  reason: 'A signature whose key cannot be read counts as no signature.',
  repair: 'Copy the whole record anew: "v=DKIM1; k=rsa; p=" and the key in base64.',
  covers: ['M14'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (!isDkimName(rrset.owner)) return;
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        for (const fault of faultsOf(texts[i] as string)) {
          look.at(rrset, i, { message: `in the DKIM key of ${displayName(rrset.owner)} ${fault}` });
        }
      }
    },
  },
};

function faultsOf(text: string): string[] {
  const { tags, faults } = readTags(text);
  const found = [...faults];
  const version = tagValue(tags, 'v');
  if (version !== undefined && version !== 'DKIM1') found.push(`"v" is "${cut(version)}", not "DKIM1"`);
  else if (version !== undefined && tags[0]?.name !== 'v') found.push('"v" is not the first tag');
  const key = tagValue(tags, 'p');
  // An empty key says that the key was revoked.
  if (key === undefined) found.push('there is no "p"');
  else if (keyOctets(key) === undefined) found.push(`"p" is not base64: "${cut(key)}"`);
  return found;
}
