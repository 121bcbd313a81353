import { displayName } from '../../../dns/name.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { textsOf } from '../text/texts.ts';
import { listed } from '../wording.ts';
import { isDmarc } from './dmarc.ts';
import { cut, readTags, reportFaults, type Tag, tagValue } from './tags.ts';

/** `_dmarc: { TXT: v=DMARC1; p=rejct; rua=postmaster@example.com }` */
export const dmarcSyntax: Check = {
  id: 'dmarc-syntax',
  severity: 'warning',
  standard: 'RFC 7489 section 6.3',
  reason: 'Receivers pass over a policy that they cannot read, and treat the mail as if there were none.',
  repair: 'Write "v=DMARC1; p=none", quarantine or reject, and then the other tags.',
  covers: ['M12'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      if (!rrset.owner.startsWith('_dmarc.')) return;
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        // Other texts at the name do no harm; without any record at all this was to be the one.
        if (!isDmarc(text)) {
          if (texts.some(isDmarc)) continue;
          look.at(rrset, i, {
            message: `"${cut(text)}" is not taken for the DMARC record of ${displayName(rrset.owner)}`,
            fix: 'begin with "v=DMARC1;"',
          });
          continue;
        }
        const { tags, faults } = readTags(text);
        for (const fault of [...faults, ...faultsOf(tags)]) {
          look.at(rrset, i, { message: `in the DMARC record of ${displayName(rrset.owner)} ${fault}` });
        }
      }
    },
  },
};

const policies = /^(none|quarantine|reject)$/i;

/** What the tags take, those of RFC 7489 section 6.3 and those that were added later. */
const values: ReadonlyMap<string, RegExp | 'reports'> = new Map<string, RegExp | 'reports'>([
  ['v', /^DMARC1$/],
  ['p', policies],
  ['sp', policies],
  ['np', policies],
  ['rua', 'reports'],
  ['ruf', 'reports'],
  ['adkim', /^[rs]$/i],
  ['aspf', /^[rs]$/i],
  ['fo', /^[01ds](\s*:\s*[01ds])*$/i],
  ['pct', /^(\d{1,2}|100)$/],
  ['rf', /^[a-z]+(\s*:\s*[a-z]+)*$/i],
  ['ri', /^\d{1,10}$/],
  ['psd', /^[ynu]$/i],
  ['t', /^[yn]$/i],
]);

function faultsOf(tags: readonly Tag[]): string[] {
  const faults = tags.flatMap(({ name, value }) => {
    const wanted = values.get(name);
    if (wanted === undefined) return [`"${name}" is none of ${listed([...values.keys()].slice(1, 8))}, and so on`];
    if (wanted === 'reports') return reportFaults(name, value, ['mailto', 'https', 'http']);
    return wanted.test(value) ? [] : [`"${name}" is "${cut(value)}"`];
  });
  return tagValue(tags, 'p') === undefined ? ['there is no "p"', ...faults] : faults;
}
