import { quoted } from '../../../dns/fault.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import type { Check } from '../check.ts';
import { readEre } from './ere.ts';
import { readNaptr } from './naptr.ts';

/** `"@": { NAPTR: 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com" . }`, without the last "!" */
export const naptrRegexp: Check = {
  id: 'naptr-regexp',
  severity: 'error',
  standard: 'RFC 3402 section 3.2',
  reason: 'A substitution that is not well formed can be applied to nothing; BIND refuses a zone that has one.',
  repair:
    'Write "!expression!replacement!", with the same character three times, and \\1 to \\9 for groups of the expression.',
  covers: ['R08'],
  hard: true,
  rrset: {
    types: [NAPTR.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { regexp } = readNaptr(rdata);
        const fault = regexp === '' ? undefined : faultOf(regexp);
        if (fault !== undefined) look.at(rrset, i, { message: `the expression ${quoted(regexp)} ${fault}` });
      }
    },
  },
};

/** What is wrong with a substitution: delimiter, expression, delimiter, replacement, delimiter, flags. */
function faultOf(text: string): string | undefined {
  const delimiter = text[0] as string;
  if (/[0-9\\i\0]/.test(delimiter)) return `begins with ${JSON.stringify(delimiter)}, which cannot divide its parts`;
  if (text.includes('\0')) return 'has an octet 0 in it';
  const parts = cutAt(text.slice(1), delimiter);
  if (parts.length !== 3) return `has ${parts.length} of the three "${delimiter}" that divide its parts`;
  const [expression, replacement, flags] = parts as [string, string, string];
  if (!/^i*$/.test(flags)) return `has the flags "${flags}"; there is only "i"`;
  const { fault, groups } = readEre(expression);
  if (fault !== undefined) return fault;
  for (const [whole, digit] of replacement.matchAll(/\\(.|$)/gs)) {
    if (digit === '') return 'has a backslash at the end of its replacement';
    if (digit === '0' || (/[1-9]/.test(digit as string) && Number(digit) > groups)) {
      return `puts ${whole} into its replacement, and has ${groups} groups`;
    }
  }
  return undefined;
}

/** Cuts a text at a character that is not escaped. */
function cutAt(text: string, delimiter: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === delimiter) {
      parts.push(part);
      part = '';
    } else {
      part += c;
      if (c === '\\' && parts.length < 2 && i + 1 < text.length) part += text[++i];
    }
  }
  return [...parts, part];
}
