import { quoted } from '../../../dns/fault.ts';
import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { rewriteWithin } from '../rewrite.ts';
import { readProperty } from './property.ts';

/** `"@": { CAA: 0 iodef "security@example.com" }` */
export const caaIodef: Check = {
  id: 'caa-iodef',
  severity: 'error',
  standard: 'RFC 8659 section 4.4',
  reason: 'Reports of refused requests go to a URL with mailto, http or https; to anything else they go nowhere.',
  repair: 'Write "mailto:" and the address, or a web address.',
  covers: ['C05'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { tag, value } = readProperty(rdata);
        if (tag.toLowerCase() !== 'iodef' || isReportUrl(value)) continue;
        const address = /^[^\s@:]+@[^\s@:]+$/.test(value);
        look.at(rrset, i, {
          message: `iodef ${quoted(value)} is no URL with mailto, http or https`,
          ...(address && { edits: rewriteWithin(rrset, i, value, `mailto:${value}`) }),
        });
      }
    },
  },
};

function isReportUrl(value: string): boolean {
  return /^mailto:[^\s@]+@[^\s@]+$/i.test(value) || /^https?:\/\/[^\s/?#]+[^\s]*$/i.test(value);
}
