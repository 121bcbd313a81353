import { describe, expect, it } from 'vitest';
import { toBuffer } from '../../../src/dns/octets.ts';
import { rdataFromText, rdataToText, typeCode } from '../../../src/dns/rdata.ts';

/** Rdata that the RFCs give as text and as octets, or whose octets follow from their drawings. */
describe.each([
  // RFC 1035 sections 3.3 and 3.4.
  ['WKS', '192.0.2.1 6 25', '192.0.2.1 6 25', 'c00002010600000040'],
  ['WKS', '192.0.2.1 udp domain 0', '192.0.2.1 17 0 53', 'c00002011180000000000004'],
  ['HINFO', 'PC "Some OS"', '"PC" "Some OS"', '02504307536f6d65204f53'],
  ['MINFO', '. a.', '. a.', '00016100'],
  // RFC 1183.
  ['ISDN', '150862028003217 004', '"150862028003217" "004"', '0f31353038363230323830303332313703303034'],
  ['X25', '311061700956', '"311061700956"', '0c333131303631373030393536'],
  // RFC 1706 section 5.
  [
    'NSAP',
    '0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00',
    '0x47000580005A0000000001E133FFFFFF00016100',
    '47000580005a0000000001e133ffffff00016100',
  ],
  // RFC 2535 section 5.2.
  [
    'NXT',
    'medium.foo.tld. A MX SIG NXT',
    'medium.foo.tld. A MX TYPE24 TYPE30',
    '066d656469756d03666f6f03746c640040010082',
  ],
  // RFC 2874 section 5.1.1.
  ['A6', '64 ::1234:5678:9ABC:DEF0 S.IP6.', '64 ::1234:5678:9abc:def0 S.IP6.', '40123456789abcdef001530349503600'],
  ['A6', '48 0:0:0:1:: S.', '48 0:0:0:1:: S.', '3000010000000000000000015300'],
  ['A6', '45 ffff:ffff:ffff:: S.', '45 0:0:7:: S.', '2d0700000000000000000000015300'],
  // RFC 3123 section 5.
  [
    'APL',
    '1:192.168.32.0/21 !1:192.168.38.0/28',
    '1:192.168.32.0/21 !1:192.168.38.0/28',
    '00011503c0a82000011c83c0a826',
  ],
  ['APL', '1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8', '1:224.0.0.0/4 2:ff00::/8', '00010401e000020801ff'],
  ['APL', '!2:::/0', '!2:::/0', '00020080'],
  // RFC 3403.
  [
    'NAPTR',
    '100 10 u E2U+sip !^.*$!sip:a@b! .',
    '100 10 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
    '0064000a0175074532552b7369700e215e2e2a24217369703a6140622100',
  ],
  // RFC 4025 section 3.
  ['IPSECKEY', '10 1 2 192.0.2.38 AQID', '10 1 2 192.0.2.38 AQID', '0a0102c0000226010203'],
  ['IPSECKEY', '10 0 2 . AQID', '10 0 2 . AQID', '0a0002010203'],
  ['IPSECKEY', '10 3 2 a.b. AQID', '10 3 2 a.b. AQID', '0a03020161016200010203'],
  // RFC 4034 sections 4.3 and 5.4.
  [
    'NSEC',
    'host.example.com. A MX RRSIG NSEC',
    'host.example.com. A MX RRSIG NSEC',
    '04686f7374076578616d706c6503636f6d000006400100000003',
  ],
  [
    'DS',
    '60485 5 1 ( 2BB183AF5F22588179A53B0A 98631FAD1A292118 )',
    '60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118',
    'ec4505012bb183af5f22588179a53b0a98631fad1a292118',
  ],
  [
    'RRSIG',
    'A 5 3 86400 20030322173103 20030220173103 2642 a. AQID',
    'A 5 3 86400 20030322173103 20030220173103 2642 a. AQID',
    '00010503000151803e7c9dd73e5510d70a52016100010203',
  ],
  // RFC 4398 section 2.1.
  ['CERT', 'PGP 0 RSASHA256 AQID', '3 0 8 AQID', '0003000008010203'],
  // RFC 5155 section 3.3.
  [
    'NSEC3',
    '1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG',
    '1 1 12 AABBCCDD 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG',
    '0101000c04aabbccdd1417f3df17b2b2adaef615257de4d2020b80ac6c7c0006400000000002',
  ],
  // RFC 6742.
  ['NID', '10 0014:4fff:ff20:ee64', '10 0014:4fff:ff20:ee64', '000a00144fffff20ee64'],
  ['L32', '10 10.1.2.0', '10 10.1.2.0', '000a0a010200'],
  // RFC 7043.
  ['EUI48', '00-00-5e-00-53-2a', '00-00-5e-00-53-2a', '00005e00532a'],
  ['EUI64', '00-00-5e-ef-10-00-00-2a', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  // RFC 7477 section 2.1.1.
  ['CSYNC', '66 3 A NS AAAA', '66 3 A NS AAAA', '000000420003000460000008'],
  // RFC 7553.
  ['URI', '10 1 "ftp://a/"', '10 1 "ftp://a/"', '000a00016674703a2f2f612f'],
  // RFC 8005 section 5.
  ['HIP', '2 20010010 AwEA a. b.', '2 20010010 AwEA a. b.', '0402000320010010030100016100016200'],
  // RFC 8659 section 4.2.
  [
    'CAA',
    '0 issue "ca1.example.net; policy=ev"',
    '0 issue "ca1.example.net; policy=ev"',
    '000569737375656361312e6578616d706c652e6e65743b20706f6c6963793d6576',
  ],
  // RFC 8777 section 4.3.
  ['AMTRELAY', '10 0 1 203.0.113.15', '10 0 1 203.0.113.15', '0a01cb00710f'],
  ['AMTRELAY', '10 0 2 2001:DB8::15', '10 0 2 2001:db8::15', '0a0220010db8000000000000000000000015'],
  [
    'AMTRELAY',
    '128 1 3 amtrelays.example.com.',
    '128 1 3 amtrelays.example.com.',
    '808309616d7472656c617973076578616d706c6503636f6d00',
  ],
  // RFC 9859 section 2.
  [
    'DSYNC',
    'CDS NOTIFY 5359 cds-scanner.example.net.',
    'CDS 1 5359 cds-scanner.example.net.',
    '003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400',
  ],
  // draft-johnson-dns-ipn-cla.
  ['IPN', '977000.100', '4196183048192100', '000ee86800000064'],
])('%s %s', (type, text, printed, hex) => {
  const code = typeCode(type) as number;

  it('has the octets', () => {
    expect(toBuffer(rdataFromText(code, text)).toString('hex')).toBe(hex);
  });

  it('is printed', () => {
    expect(rdataToText(code, rdataFromText(code, text))).toBe(printed);
  });
});
