import { algorithm } from '../fields/algorithm.ts';
import { base64Rest } from '../fields/binary.ts';
import { uint8, uint16, uint32 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { recordType } from '../fields/rrtype.ts';
import { signatureTime } from '../fields/time.ts';
import { defineType } from '../rrtype.ts';

/** `host SIG A 5 3 86400 20030322173103 20030220173103 2642 example.com. ...` */
export const SIG = defineType({
  name: 'SIG',
  code: 24,
  about: 'A signature of the first DNSSEC; today over messages only, as SIG(0).',
  standards: ['RFC 2535 section 4', 'RFC 2931'],
  fields: [
    { name: 'type_covered', kind: recordType, about: 'The type of the RRset that is signed.' },
    { name: 'algorithm', kind: algorithm, about: 'The algorithm of the key.' },
    { name: 'labels', kind: uint8, about: 'The number of labels of the owner, a wildcard not counted.' },
    { name: 'original_ttl', kind: uint32, about: 'The TTL of the RRset in the zone.' },
    { name: 'signature_expiration', kind: signatureTime, about: 'When the signature ends.' },
    { name: 'signature_inception', kind: signatureTime, about: 'When the signature begins.' },
    { name: 'key_tag', kind: uint16, about: 'The tag of the key.' },
    { name: 'signers_name', kind: domainName, about: 'The owner of the key.' },
    { name: 'signature', kind: base64Rest, about: 'The signature in base64.' },
  ],
  examples: [
    'A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTrPYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6oB9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3tGNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkGJ5D6fwFm8nN+6pBzeDQfsS3Ap3o=',
  ],
  lowerCased: true,
  obsolete: true,
  loadedBy: ['BIND', 'NSD'],
});
