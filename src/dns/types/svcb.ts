import { uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { hasUnusualAlpn, serviceParameters } from '../fields/svcparams.ts';
import { defineType } from '../rrtype.ts';

/** `_dns SVCB 1 svc.example.net. alpn="h2,h3" port=8443` */
export const SVCB = defineType({
  name: 'SVCB',
  code: 64,
  about: 'Where and how a service is reached.',
  standards: ['RFC 9460', 'RFC 9461'],
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
    '1 svc.example.net. alpn="h2,h3" port=8443',
    '0 svc.example.net.',
    '1 . alpn="dot" key7="/dns-query{?dns}"',
    '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    '1 foo.example.com. key667="hello\\210qoo"',
  ],
});
