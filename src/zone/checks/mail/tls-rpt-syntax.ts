import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { cut, readTags, reportFaults, tagValue } from './tags.ts';

/** `_smtp._tls: { TXT: v=TLSRPTv1; rua=tls@example.com }` */
export const tlsRptSyntax: Check = {
  id: 'tls-rpt-syntax',
  severity: 'error',
  standard: 'RFC 8460 section 3',
  reason: 'A sender that cannot read the record, or finds two, sends no reports of failed TLS.',
  repair: 'Write one text "v=TLSRPTv1; rua=mailto:tls@example.com".',
  covers: ['M15'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (!rrset.owner.startsWith('_smtp._tls.')) return;
      const texts = textsOf(rrset);
      const records = texts.filter(isTlsRpt).length;
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isTlsRpt(text)) {
          if (records === 0) look.at(rrset, i, { message: `"${cut(text)}" does not begin with "v=TLSRPTv1;"` });
          continue;
        }
        const { tags, faults } = readTags(text);
        const rua = tagValue(tags, 'rua');
        const found = [...faults];
        if (rua === undefined) found.push('there is no "rua"');
        else found.push(...reportFaults('rua', rua, ['mailto', 'https']));
        if (records > 1) found.push('there is more than one text that begins with "v=TLSRPTv1;"');
        for (const fault of found) {
          look.at(rrset, i, { message: `in the TLS report record of ${displayName(rrset.owner)} ${fault}` });
        }
      }
    },
  },
};

function isTlsRpt(text: string): boolean {
  return /^v=TLSRPTv1[ \t]*;/.test(text);
}
