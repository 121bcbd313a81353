import { quoted } from '../../../dns/fault.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import type { SpfTerm } from './spf.ts';
import { isSpf, spfTerms } from './spf.ts';

/** `"@": { TXT: "v=spf1 ipv4:192.0.2.1 -all" }` */
export const spfSyntax: Check = {
  id: 'spf-syntax',
  severity: 'warning',
  standard: 'RFC 7208 section 4.6',
  reason: 'A receiver that cannot read one term of the record takes it for broken, whatever the others say.',
  repair: 'Correct the term; the message says what is wrong with it.',
  covers: ['M09'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!mayBeSpf(text)) continue;
        if (!isSpf(text)) {
          look.at(rrset, i, {
            message: `${quoted(text)} is not taken for an SPF record`,
            fix: 'begin with "v=spf1" and a space',
          });
          continue;
        }
        for (const fault of faultsOf(spfTerms(text))) look.at(rrset, i, { message: fault });
      }
    },
  },
};

/** Whether a text was surely meant to be SPF; `spf2.0` is another thing (RFC 4406). */
function mayBeSpf(text: string): boolean {
  return /^(?:[\s"]*v\s*=\s*spf|spf1 )/i.test(text);
}

function faultsOf(terms: readonly SpfTerm[]): string[] {
  const faults = terms.flatMap(({ text, fault }) => (fault === undefined ? [] : [`${quoted(text)} in SPF ${fault}`]));
  for (const name of ['redirect', 'exp']) {
    if (terms.filter((term) => term.name === name).length > 1) faults.push(`the SPF record has ${name}= twice`);
  }
  const all = terms.findIndex((term) => term.name === 'all' && term.qualifier !== undefined);
  const behind = terms.slice(all + 1).filter(({ name, qualifier }) => qualifier !== undefined || name === 'redirect');
  if (all >= 0 && behind.length > 0) {
    faults.push(`${quoted((behind[0] as SpfTerm).text)} in SPF stands with "all", behind which nothing counts`);
  }
  return faults;
}
