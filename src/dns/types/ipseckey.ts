import { DnsSyntaxError } from '../fault.ts';
import { base64Optional } from '../fields/binary.ts';
import { gateway } from '../fields/gateway.ts';
import { uint8 } from '../fields/integer.ts';
import { wireNameToText } from '../name.ts';
import { defineType } from '../rrtype.ts';

const TYPE_AT = 1;
const NAME = 3;
const ALGORITHM_AT = 2;
const GATEWAY_AT = 3;
const gatewayKind = gateway(1);

function gatewayEnd(rdata: string): number {
  return gatewayKind.end(rdata, GATEWAY_AT, rdata.length, 0);
}

/** `38.2.0.192.in-addr.arpa IPSECKEY 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==` */
export const IPSECKEY = defineType({
  name: 'IPSECKEY',
  code: 45,
  about: 'The public key of a host for IPsec, and the gateway that speaks for it.',
  standards: ['RFC 4025 section 2'],
  fields: [
    { name: 'precedence', kind: uint8, about: 'Lower values are tried first.' },
    { name: 'gateway_type', kind: uint8, about: '0 no gateway, 1 IPv4, 2 IPv6, 3 a name.' },
    { name: 'algorithm', kind: uint8, about: '0 no key, 1 DSA, 2 RSA, 3 ECDSA.' },
    { name: 'gateway', kind: gatewayKind, about: 'The gateway; "." where there is none.' },
    { name: 'public_key', kind: base64Optional, about: 'The key in base64; left out where the algorithm is 0.' },
  ],
  examples: [
    '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 2 2 2001:db8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 3 2 mygateway.example.com. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 1 0 192.0.2.38',
  ],
  // NSD takes the escapes out of the gateway's name twice.
  genericWhen: (rdata) => rdata.charCodeAt(TYPE_AT) === NAME && wireNameToText(rdata, GATEWAY_AT).includes('\\'),
  check(rdata) {
    const none = rdata.charCodeAt(ALGORITHM_AT) === 0;
    if (none === (gatewayEnd(rdata) === rdata.length)) return;
    throw new DnsSyntaxError(
      none ? 'there is a public_key where the algorithm 0 says that there is none' : 'the public_key is missing',
      'write a public_key unless the algorithm is 0',
      'rdata-missing-field',
    );
  },
});
