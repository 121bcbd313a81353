import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { hasUnusualAlpn, serviceParameters } from '../fields/svcparams.ts';
import { defineType } from '../rrtype.ts';

/** `@ HTTPS 1 . alpn="h2,h3"` */
export const HTTPS = defineType({
  name: 'HTTPS',
  code: 65,
  about: 'Where and how a web site is reached.',
  standards: ['RFC 9460 section 9'],
  fields: [
    {
      name: 'priority',
      kind: uint16,
      about: '0 makes the record an alias; among others lower values are tried first.',
    },
    { name: 'target', kind: domainName, about: 'The host; "." for the owner itself.' },
    {
      name: 'params',
      kind: serviceParameters,
      about:
        'The parameters: mandatory, alpn, no-default-alpn, port, ipv4hint, ech, ipv6hint, dohpath, ohttp, tls-supported-groups, keyNNNNN.',
    },
  ],
  genericWhen: hasUnusualAlpn,
  examples: [
    '1 . alpn="h2,h3"',
    '0 pool.example.net.',
    '1 . alpn="h3" no-default-alpn port=443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1',
  ],
});
