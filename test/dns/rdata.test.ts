import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../src/dns/fault.ts';
import { parseName } from '../../src/dns/name.ts';
import { fromBuffer, type Octets, octets, type Rdata, toBuffer } from '../../src/dns/octets.ts';
import {
  canonicalRdata,
  checkRdata,
  comparableRdata,
  expandName,
  genericText,
  portableTypeName,
  rdataFromData,
  rdataFromMessage,
  rdataFromText,
  rdataFromTokens,
  rdataNames,
  rdataToData,
  rdataToText,
  typeCode,
  typeName,
  typeOf,
} from '../../src/dns/rdata.ts';
import { type RRset, sameRdatas, sameRRset } from '../../src/dns/rrset.ts';
import { tokenize } from '../../src/dns/token.ts';

const example = parseName('example.com.');
const code = (name: string): number => typeCode(name) as number;
const bytes = (hex: string): Octets => fromBuffer(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (rdata: Rdata): string => toBuffer(rdata).toString('hex');
const read = (type: string, text: string): Rdata => rdataFromText(code(type), text, example);
const data = (fields: Record<string, unknown>): Map<string, unknown> => new Map(Object.entries(fields));

/** The rule that an action breaks. */
function brokenRule(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return error.rule;
    throw error;
  }
}

describe('type names', () => {
  it('are read in any case and by number', () => {
    expect(typeCode('AAAA')).toBe(28);
    expect(typeCode('aaaa')).toBe(28);
    expect(typeCode('TYPE28')).toBe(28);
    expect(typeCode('type0028')).toBe(28);
    expect(typeCode('TYPE65535')).toBe(65535);
    expect(typeCode('nsap-ptr')).toBe(23);
  });

  it.each(['', 'TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1a', 'FOO', 'tl\u017fa', '__proto__', 'constructor', 'A '])(
    'are not %j',
    (text) => {
      expect(typeCode(text)).toBeUndefined();
    },
  );

  it('are mnemonics where there are some', () => {
    expect(typeName(28)).toBe('AAAA');
    expect(typeName(65280)).toBe('TYPE65280');
    expect(portableTypeName(28)).toBe('AAAA');
    expect(portableTypeName(261)).toBe('TYPE261');
    expect(portableTypeName(65280)).toBe('TYPE65280');
    expect(typeOf(28)?.name).toBe('AAAA');
    expect(typeOf(65280)).toBeUndefined();
  });
});

describe('rdataFromText', () => {
  it('completes relative names with the origin', () => {
    expect(rdataToText(15, read('MX', '10 mail'))).toBe('10 mail.example.com.');
    expect(rdataToText(15, read('MX', '10 @'))).toBe('10 example.com.');
    expect(brokenRule(() => rdataFromText(15, '10 mail'))).toBe('name-syntax');
  });

  it('keeps the case of names', () => {
    expect(rdataToText(5, read('CNAME', 'WWW.Example.Net.'))).toBe('WWW.Example.Net.');
  });

  it.each([
    '10 mail',
    ' 10  mail ',
    '10\tmail',
    '( 10\n mail )',
    '10 mail ; first',
    '\\# 20 000a 046d61696c 076578616d706c6503636f6d00',
  ])('reads %j like any other spelling', (text) => {
    expect(hex(read('MX', text))).toBe('000a046d61696c076578616d706c6503636f6d00');
  });

  it.each([
    ['MX', '10', 'rdata-missing-field'],
    ['MX', '', 'rdata-missing-field'],
    ['MX', '10 a b', 'rdata-extra-field'],
    ['MX', 'a 10', 'rdata-number'],
    ['A', '', 'rdata-missing-field'],
    ['A', '192.0.2.1 192.0.2.2', 'rdata-extra-field'],
    ['A', '"192.0.2.1"', 'rdata-syntax'],
    ['A', '192.0.2.300', 'ipv4-syntax'],
    ['AAAA', '2001:db8::/32', 'ipv6-syntax'],
    ['TXT', '', 'rdata-missing-field'],
    ['TXT', '"open', 'rdata-syntax'],
    ['TXT', 'a'.repeat(256), 'string-length'],
    ['TYPE65280', 'abc', 'unknown-type-syntax'],
    ['TYPE65280', '\\#', 'generic-rdata'],
    ['TYPE65280', '\\# 2 00', 'generic-rdata'],
    ['TYPE65280', '\\# 1 0g', 'generic-rdata'],
    ['TYPE65280', '\\# x 00', 'rdata-number'],
    ['A', '\\# 3 c00002', 'rdata-syntax'],
    ['NULL', 'abc', 'unknown-type-syntax'],
  ])('refuses %s %j by the rule %s', (type, text, rule) => {
    expect(brokenRule(() => read(type, text))).toBe(rule);
  });

  it('says which field is missing and what to write', () => {
    expect(() => read('SRV', '10 60 5060')).toThrow('the target is missing');
    expect(() => read('SRV', '10 60 5060 a b')).toThrow('there is "b" behind the last field of SRV');
  });

  it('holds rdata to 65,535 octets', () => {
    const strings = (count: number): string => `"${'a'.repeat(254)}" `.repeat(count);
    expect(read('TXT', strings(257))).toHaveLength(65535);
    expect(brokenRule(() => read('TXT', `${strings(257)} ""`))).toBe('rdata-length');
  });

  it('reads tokens from where they stand', () => {
    const tokens = tokenize('www 300 IN A 192.0.2.1');
    tokens.next = 4;
    expect(hex(rdataFromTokens(1, tokens))).toBe('c0000201');
  });
});

describe('the generic form', () => {
  it('is that of RFC 3597 section 5', () => {
    expect(hex(rdataFromText(731, '\\# 6 abcd ( ef 01 23 45 )'))).toBe('abcdef012345');
    expect(rdataToText(731, bytes('abcdef012345'))).toBe('\\# 6 abcdef012345');
    expect(rdataToText(62347, bytes(''))).toBe('\\# 0');
    expect(genericText(bytes('c0000201'))).toBe('\\# 4 c0000201');
    expect(rdataToText(1, rdataFromText(1, '\\# 4 0A000001'))).toBe('10.0.0.1');
  });

  it('is not the quoted text', () => {
    expect(rdataToText(16, rdataFromText(16, '"\\\\# 0"'))).toBe('"\\\\# 0"');
  });

  it('is printed where some server reads no other', () => {
    expect(rdataToText(code('APL'), octets(''))).toBe('\\# 0');
    expect(rdataToText(code('CAA'), read('CAA', '0 Issue "a"'))).toBe('\\# 8 0005497373756561');
    expect(rdataToText(code('KEY'), read('KEY', '49408 3 8'))).toBe('\\# 4 c1000308');
    expect(rdataToText(code('WKS'), read('WKS', '192.0.2.1 6'))).toBe('\\# 5 c000020106');
    expect(rdataToText(code('SVCB'), read('SVCB', '1 . alpn=a,b'))).toMatch(/^\\# 11 /);
    expect(rdataToText(code('IPSECKEY'), read('IPSECKEY', '1 3 2 a+b. AQID'))).toMatch(/^\\# /);
  });
});

describe('structured form', () => {
  it('has the fields of the RFC', () => {
    expect(rdataToData(15, read('MX', '10 mail'))).toEqual({ preference: 10, exchange: 'mail.example.com.' });
    expect(hex(rdataFromData(15, data({ preference: '10', exchange: 'mail' }), example))).toBe(
      hex(read('MX', '10 mail')),
    );
  });

  it('is hexadecimal for a type without a form', () => {
    expect(rdataToData(65280, bytes('0a01'))).toEqual({ rdata: '0a01' });
    expect(rdataFromData(65280, data({ rdata: '0A01' }))).toBe('\x0a\x01');
    expect(brokenRule(() => rdataFromData(65280, data({ rdata: '0' })))).toBe('generic-rdata');
    expect(brokenRule(() => rdataFromData(65280, data({})))).toBe('generic-rdata');
  });

  it.each([
    [{ preference: 10 }, 'rdata-missing-field'],
    [{ preference: 10, exchange: 'a', priority: 1 }, 'unknown-field'],
    [{ preference: 10, exchange: 'a', __proto__x: 1 }, 'unknown-field'],
    [{ preference: 65536, exchange: 'a' }, 'rdata-number'],
    [{ preference: 1.5, exchange: 'a' }, 'rdata-number'],
    [{ preference: null, exchange: 'a' }, 'rdata-syntax'],
    [{ preference: 1, exchange: ['a'] }, 'rdata-syntax'],
    [{ preference: 1, exchange: '' }, 'name-syntax'],
  ])('refuses %j by the rule %s', (fields, rule) => {
    expect(brokenRule(() => rdataFromData(15, data(fields), example))).toBe(rule);
  });

  it('does not trip over names of object properties', () => {
    expect(brokenRule(() => rdataFromData(15, new Map([['__proto__', 1]])))).toBe('unknown-field');
    expect(
      brokenRule(() => rdataFromData(64, data({ priority: 1, target: '.', params: new Map([['__proto__', 1]]) }))),
    ).toBe('svcb-key');
    expect(brokenRule(() => rdataFromData(64, data({ priority: 1, target: '.', params: { constructor: 1 } })))).toBe(
      'svcb-key',
    );
  });
});

describe('rdataFromMessage', () => {
  // A header, then "example.com" at 12 and a pointer to it behind "mail".
  const head = `${'\0'.repeat(12)}\x07example\x03com\0`;
  const message = octets(`${head}\0\x0a\x04mail\xc0\x0c`);

  it('expands compressed names', () => {
    expect(rdataToText(15, rdataFromMessage(15, message, head.length, 9))).toBe('10 mail.example.com.');
    expect(expandName(message, head.length + 2, message.length)).toEqual({
      wire: '\x04mail\x07example\x03com\0',
      end: message.length,
    });
  });

  it('refuses pointers that point at themselves, forward or at each other', () => {
    for (const wire of ['\xc0\x0c', '\xc0\x0e\0\0', '\x01a\xc0\x0c', '\xc0\x40', '\xc0']) {
      const loop = octets('\0'.repeat(12) + wire);
      expect(brokenRule(() => expandName(loop, 12, loop.length))).toBe('rdata-syntax');
    }
  });

  it('refuses a chain of pointers to a name over 255 octets', () => {
    let wire = '\0'.repeat(12);
    let last = 0;
    for (let i = 0; i < 10; i++) {
      const at = wire.length;
      wire += `\x3f${'a'.repeat(63)}${i === 0 ? '\0' : `\xc0${String.fromCharCode(last)}`}`;
      last = at;
      if (last > 255) break;
    }
    const long = octets(wire);
    expect(brokenRule(() => expandName(long, last, long.length))).toBe('rdata-syntax');
  });

  it('refuses rdata that ends before or behind its fields', () => {
    for (const length of [0, 1, 2, 8, 10]) {
      expect(brokenRule(() => rdataFromMessage(15, message, head.length, length))).toBe('rdata-syntax');
    }
    expect(brokenRule(() => rdataFromMessage(1, octets('\x01\x02\x03\x04\x05'), 0, 5))).toBe('rdata-syntax');
  });

  it('takes the octets of a type without a form as they are', () => {
    expect(rdataFromMessage(65280, message, 0, 4)).toBe('\0\0\0\0');
  });
});

describe('canonical form', () => {
  it('lower-cases the names of the types of RFC 4034 section 6.2, and no others', () => {
    expect(rdataToText(15, canonicalRdata(15, read('MX', '10 MAIL')))).toBe('10 mail.example.com.');
    const rrsig = 'A 5 3 86400 20030322173103 20030220173103 2642 Example.COM. oJB1';
    expect(rdataToText(46, canonicalRdata(46, read('RRSIG', rrsig)))).toContain(' example.com. oJB1');
    for (const [type, text] of [
      ['NSEC', 'Host.Example.com. A'],
      ['SVCB', '1 Foo.Example.'],
      ['IPSECKEY', '1 3 2 Gateway.Example. AQID'],
      ['HIP', '2 2001 AwEA Rvs.Example.'],
      ['AMTRELAY', '1 0 3 Relay.Example.'],
      ['TXT', '"ABC"'],
    ] as const) {
      expect(canonicalRdata(code(type), read(type, text))).toBe(read(type, text));
    }
  });

  it('is not the form for comparing, in which every name is in lower case', () => {
    for (const [type, text, lower] of [
      ['NSEC', 'Host.Example.com. A', 'host.example.com. A'],
      ['SVCB', '1 Foo.Example. port=80', '1 foo.example. port=80'],
      ['IPSECKEY', '1 3 2 Gateway.Example. AQID', '1 3 2 gateway.example. AQID'],
      ['HIP', '2 2041 AwEA Rvs.Example. B.', '2 2041 AwEA rvs.example. b.'],
      ['AMTRELAY', '65 0 3 Relay.Example.', '65 0 3 relay.example.'],
      ['A6', '64 ::4142 Net.Example.', '64 ::4142 net.example.'],
      ['SOA', 'A. B. 65 66 67 68 69', 'a. b. 65 66 67 68 69'],
      ['NAPTR', '65 66 "S" "SIP+D2U" "" A.B.', '65 66 "S" "SIP+D2U" "" a.b.'],
    ] as const) {
      expect(comparableRdata(code(type), read(type, text))).toBe(read(type, lower));
    }
  });
});

describe('rdataNames', () => {
  it.each([
    ['MX', '10 Mail', ['mail.example.com.']],
    ['SOA', 'ns1 hostmaster 1 2 3 4 5', ['ns1.example.com.', 'hostmaster.example.com.']],
    ['A', '192.0.2.1', []],
    ['SVCB', '1 .', ['.']],
    ['IPSECKEY', '1 3 2 gw AQID', ['gw.example.com.']],
    ['IPSECKEY', '1 1 2 192.0.2.1 AQID', []],
    ['HIP', '2 20 AwEA a. b.', ['a.', 'b.']],
    ['AMTRELAY', '1 0 3 relay', ['relay.example.com.']],
    ['AMTRELAY', '1 0 0 .', []],
    ['A6', '0 ::1', []],
    ['A6', '128 net', ['net.example.com.']],
    ['TALINK', '. b.', ['.', 'b.']],
    ['TYPE65280', '\\# 1 00', []],
  ])('of %s %s are %j', (type, text, names) => {
    expect(rdataNames(code(type), read(type, text))).toEqual(names);
  });
});

describe('checkRdata', () => {
  it('takes anything for a type without a form', () => {
    expect(() => checkRdata(65280, octets('abc'))).not.toThrow();
  });

  it('refuses what is left over or missing', () => {
    expect(brokenRule(() => checkRdata(1, octets('abc')))).toBe('rdata-syntax');
    expect(brokenRule(() => checkRdata(1, octets('abcde')))).toBe('rdata-syntax');
  });
});

describe('RRsets', () => {
  const set = (ttl: number, type: string, ...texts: string[]): RRset => ({
    owner: example,
    type: code(type),
    ttl,
    rdatas: texts.map((text) => read(type, text)),
  });

  it('are the same in any order and case of names', () => {
    expect(sameRRset(set(60, 'MX', '1 a', '2 b'), set(60, 'MX', '2 B', '1 A'))).toBe(true);
    expect(sameRRset(set(60, 'MX', '1 a'), set(60, 'MX', '1 A'))).toBe(true);
    expect(sameRRset(set(60, 'MX', '1 a'), set(61, 'MX', '1 a'))).toBe(false);
    expect(sameRRset(set(60, 'NS', 'a'), set(60, 'PTR', 'a'))).toBe(false);
    expect(sameRdatas(set(60, 'MX', '1 a'), set(61, 'MX', '1 a', '2 b'))).toBe(false);
    expect(sameRdatas(set(60, 'TXT', 'a', 'b'), set(61, 'TXT', 'A', 'b'))).toBe(false);
  });
});
