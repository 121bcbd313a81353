import { DnsSyntaxError } from '../../../dns/fault.ts';
import type { DomainName } from '../../../dns/name.ts';
import { displayName, parseName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check, Look } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';
import { textsOf } from '../text/texts.ts';
import type { SpfTerm } from './spf.ts';
import { hasMacro, isSpf, looksUp, spfTerms } from './spf.ts';

/** `"@": { TXT: "v=spf1 include:a.example.net include:b.example.net ... -all" }` with eleven of them */
export const spfLookups: Check = {
  id: 'spf-lookups',
  severity: 'warning',
  standard: 'RFC 7208 section 4.6.4',
  reason: 'Receivers stop after ten lookups and take the policy for broken.',
  repair: 'Write addresses (ip4, ip6) instead of names, and include fewer other records.',
  covers: ['M10'],
  rrset: {
    types: [TXT.code],
    run(rrset, look) {
      const texts = textsOf(rrset);
      for (let i = 0; i < texts.length; i++) {
        const text = texts[i] as string;
        if (!isSpf(text)) continue;
        const count: Count = { lookups: 0, unseen: 0, loop: undefined };
        countIn(look, spfTerms(text), [rrset.owner], count);
        if (count.loop !== undefined) {
          look.at(rrset, i, {
            message: `the SPF record of ${displayName(rrset.owner)} leads back to ${displayName(count.loop)}`,
            fix: 'take the include or redirect out that closes the circle',
          });
        } else if (count.lookups > MAX_LOOKUPS) {
          const least = count.unseen > 0 ? 'at least ' : '';
          look.at(rrset, i, {
            message: `the SPF record of ${displayName(rrset.owner)} takes ${least}${count.lookups} lookups, more than ${MAX_LOOKUPS}`,
          });
        }
      }
    },
  },
};

const MAX_LOOKUPS = 10;
/** A record with so many lookups is over the limit whatever else it includes. */
const ENOUGH = 100;

interface Count {
  lookups: number;
  /** Records that it refers to and that no zone of the repository has. */
  unseen: number;
  loop: DomainName | undefined;
}

/** Counts the lookups of a record and of those that it includes, as far as the repository has them. */
function countIn(look: Look, terms: readonly SpfTerm[], path: readonly DomainName[], count: Count): void {
  const all = terms.some(({ name, qualifier }) => name === 'all' && qualifier !== undefined);
  for (const term of terms) {
    if (count.lookups > ENOUGH || count.loop !== undefined) return;
    if (!looksUp(term) || (term.name === 'redirect' && all)) continue;
    count.lookups++;
    if (term.name !== 'include' && term.name !== 'redirect') continue;
    const next = spfTarget(term);
    const record = next === undefined ? undefined : spfRecordOf(look, next);
    if (next === undefined || record === undefined) count.unseen++;
    else if (path.includes(next)) count.loop = next;
    else countIn(look, spfTerms(record), [...path, next], count);
  }
}

/** The name of the record that an `include` or `redirect` refers to; `undefined` where only a receiver can tell. */
export function spfTarget(term: SpfTerm): DomainName | undefined {
  const { domain } = term;
  if (domain === undefined || term.fault !== undefined || hasMacro(term)) return undefined;
  try {
    return parseName(domain.endsWith('.') ? domain : `${domain}.`);
  } catch (fault) {
    if (fault instanceof DnsSyntaxError) return undefined;
    throw fault;
  }
}

/** As many aliases as are followed to a record. */
const MOST_ALIASES = 8;

/** The SPF record that the repository has at a name. */
function spfRecordOf(look: Look, name: DomainName): string | undefined {
  let at: DomainName | undefined = name;
  for (let i = 0; i < MOST_ALIASES && at !== undefined; i++) {
    const rrsets = knownAbout(look, at)?.rrsets ?? [];
    const txt = ofType(rrsets, TXT.code);
    if (txt !== undefined) return textsOf(txt).find(isSpf);
    const cname = ofType(rrsets, CNAME.code);
    at = cname === undefined ? undefined : targetsOf(cname)[0];
  }
  return undefined;
}
