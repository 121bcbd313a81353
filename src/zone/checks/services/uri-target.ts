import { quoted } from '../../../dns/fault.ts';
import { displayName } from '../../../dns/name.ts';
import { octets, toText } from '../../../dns/octets.ts';
import { URI } from '../../../dns/types/uri.ts';
import type { Check } from '../check.ts';

/** `_http._tcp: { URI: 10 1 "www.example.com" }` */
export const uriTarget: Check = {
  id: 'uri-target',
  severity: 'error',
  standard: 'RFC 7553 section 4.4, RFC 3986 section 4.3',
  reason: 'The target is a whole URI; a client can do nothing with an empty one or with a part of one.',
  repair: 'Write the URI with its scheme, such as "https://www.example.com/".',
  covers: ['R06'],
  rrset: {
    types: [URI.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const target = rdata.slice(4);
        const fault = faultOf(target);
        if (fault === undefined) continue;
        const uri = target === '' ? 'the URI' : `the URI ${quoted(toText(octets(target)) ?? target)}`;
        look.at(rrset, i, { message: `${uri} of ${displayName(rrset.owner)} ${fault}` });
      }
    },
  },
};

function faultOf(uri: string): string | undefined {
  if (uri === '') return 'is empty';
  if (!/^[a-z][a-z0-9+.-]*:./i.test(uri)) return 'has no scheme';
  const other = /[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]/.exec(uri);
  if (other === null) return /%(?![0-9a-f]{2})/i.test(uri) ? 'has a "%" without two hexadecimal digits' : undefined;
  const c = other[0];
  return c > ' ' && c <= '~' ? `has "${c}" in it, which is written %${hex(c)}` : 'has white space or no ASCII in it';
}

function hex(c: string): string {
  return c.charCodeAt(0).toString(16).toUpperCase();
}
