import { readU16 } from '../../../dns/octets.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import type { Check } from '../check.ts';
import { paramKey, readBinding } from './binding.ts';

/** `www: { HTTPS: 1 . mandatory=port port=8443 }` */
export const svcbMandatoryNeedless: Check = {
  id: 'svcb-mandatory-needless',
  severity: 'info',
  standard: 'RFC 9460 section 8, section 9.3',
  reason: 'In HTTPS these keys are mandatory by themselves; to list them again only makes the record longer.',
  repair: 'Take the key out of "mandatory".',
  covers: ['H04'],
  rrset: {
    types: [HTTPS.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const listed = readBinding(rdata).params.get(paramKey.mandatory) ?? '';
        for (let at = 0; at < listed.length; at += 2) {
          const name = always.get(readU16(listed, at));
          if (name !== undefined) look.at(rrset, i, { message: `"mandatory" lists ${name}, which always is` });
        }
      }
    },
  },
};

const always: ReadonlyMap<number, string> = new Map<number, string>([
  [paramKey.noDefaultAlpn, 'no-default-alpn'],
  [paramKey.port, 'port'],
]);
