import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { cut, readTags, tagValue } from './tags.ts';

/** `_mta-sts: { TXT: v=STSv1; id=2026-01-01 }` */
export const mtaStsSyntax: Check = {
  id: 'mta-sts-syntax',
  severity: 'error',
  standard: 'RFC 8461 section 3.1',
  reason: 'A sender that cannot read the record, or finds two, takes it that there is no policy and sends without TLS.',
  repair: 'Write one text "v=STSv1; id=20260101T000000Z" with an id of at most 32 letters and digits.',
  covers: ['M15'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (!rrset.owner.startsWith('_mta-sts.')) return;
      const texts = textsOf(rrset);
      const records = texts.filter(isMtaSts).length;
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isMtaSts(text)) {
          if (records === 0) look.at(rrset, i, { message: `"${cut(text)}" does not begin with "v=STSv1;"` });
          continue;
        }
        const { tags, faults } = readTags(text);
        const id = tagValue(tags, 'id');
        const found = [...faults];
        if (id === undefined) found.push('there is no "id"');
        else if (!/^[a-zA-Z0-9]{1,32}$/.test(id)) found.push(`"id" is "${cut(id)}", not of 1 to 32 letters and digits`);
        if (records > 1) found.push('there is more than one text that begins with "v=STSv1;"');
        for (const fault of found) {
          look.at(rrset, i, { message: `in the MTA-STS record of ${displayName(rrset.owner)} ${fault}` });
        }
      }
    },
  },
};

function isMtaSts(text: string): boolean {
  return /^v=STSv1[ \t]*;/.test(text);
}
