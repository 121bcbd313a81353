import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import { findApex, readMaster } from '../../../src/dns/master/reader.ts';
import type { MasterRecord, ReadOptions } from '../../../src/dns/master/run.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Octets } from '../../../src/dns/octets.ts';
import { fromBuffer, fromText, octets } from '../../../src/dns/octets.ts';
import { costSince } from '../../setup/cost.ts';
import { APEX, START } from './named.ts';

function read(text: string, options: Partial<ReadOptions> = {}) {
  return readOctets(fromText(text), options);
}

function readOctets(content: Octets, options: Partial<ReadOptions> = {}) {
  const records: MasterRecord[] = [];
  const onRecord = (record: MasterRecord): void => {
    records.push(record);
  };
  const result = readMaster({ name: 'main.zone', octets: content }, { apex: APEX, onRecord, ...options });
  return { ...result, records };
}

const rulesOf = (result: { problems: readonly { rule: string }[] }): string[] =>
  result.problems.map(({ rule }) => rule);

describe('readMaster', () => {
  it('gives every record with its place', () => {
    const { records } = read(`${START}\na 60 A 192.0.2.1\n   AAAA 2001:db8::1 ; c\n`);
    expect(records.slice(2)).toEqual([
      {
        owner: 'a.example.com.',
        ttl: 60,
        type: 1,
        rdata: '\xc0\x00\x02\x01',
        file: 'main.zone',
        line: 5,
        column: 1,
        comments: undefined,
      },
      expect.objectContaining({ owner: 'a.example.com.', ttl: 300, type: 28, line: 6, column: 4 }),
    ]);
  });

  it('goes on behind what is wrong, and names each place', () => {
    const { problems, errors, records } = read(`${START}a A x\nb A 192.0.2.1\nc TXT (\n"é" "\\999" )\nd FOO\n`);
    expect(errors).toBe(3);
    expect(problems.map(({ line, column, rule }) => [line, column, rule])).toEqual([
      [4, 5, 'ipv4-syntax'],
      [7, 5, 'bad-escape'],
      [8, 3, 'unknown-type'],
    ]);
    expect(records.map(({ owner }) => owner)).toContain('b.example.com.');
  });

  it('finds the one bad record among very many', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `h${i} A 192.0.2.${i % 256}`);
    lines[77_777] = 'h77777 A 192.0.2.256';
    const { problems, records } = read(`${START}${lines.join('\n')}\n`);
    expect(problems).toMatchObject([{ line: 77_781, column: 10, rule: 'ipv4-syntax', file: 'main.zone' }]);
    expect(records).toHaveLength(100_001);
  });

  it('lists a thousand problems, counts the rest, and gives up on what is no master file', () => {
    const some = read('a FOO\n'.repeat(1_500));
    expect(some.errors).toBe(1_500);
    expect(some.problems).toHaveLength(1_001);
    expect(some.problems.at(-1)?.message).toBe('500 more errors are not listed');
    const many = read('a FOO\n'.repeat(50_000));
    expect(many.errors).toBe(10_000);
    expect(many.problems.at(-1)?.message).toBe('9000 more errors are not listed; reading stopped here');
  });

  it('takes absolute names only where nothing is said of an origin', () => {
    const { problems, records } = read('a. 60 A 192.0.2.1\nb 60 A 192.0.2.2\n', { apex: undefined } as never);
    expect(records.map(({ owner }) => owner)).toEqual(['a.']);
    expect(rulesOf({ problems })).toEqual(['name-syntax']);
    const rooted = read('b 60 A 192.0.2.2\n', { apex: undefined, origin: parseName('.') } as never);
    expect(rooted.records.map(({ owner }) => owner)).toEqual(['b.']);
  });

  it('leaves out what is not in the zone', () => {
    const { problems, errors, records } = read(
      `${START}x.example.org. A 192.0.2.1\n  A 192.0.2.2\nexample.comx. A 192.0.2.3\n`,
    );
    expect(errors).toBe(0);
    expect(records).toHaveLength(2);
    expect(problems).toMatchObject([
      { rule: 'out-of-zone', severity: 'warning', line: 4 },
      { rule: 'out-of-zone', line: 6 },
    ]);
  });

  it('reads a file with a byte order mark, and says what is wrong with UTF-16', () => {
    expect(rulesOf(read(`\ufeff${START}`))).toEqual(['byte-order-mark']);
    expect(rulesOf(readOctets(fromBuffer(Buffer.from(`\ufeff${START}`, 'utf16le'))))).toEqual(['text-encoding']);
  });

  it('limits what $GENERATE makes', () => {
    const { problems, records } = read(`${START}$GENERATE 0-2147483647 h$ A 192.0.2.1\n$GENERATE 1-2 h$ A 192.0.2.$\n`);
    expect(problems).toMatchObject([{ rule: 'generate-limit', line: 4 }]);
    expect(records).toHaveLength(4);
    const long = read(`${START}$GENERATE 1-999999 h$ TXT "${'x'.repeat(250)} ${'x'.repeat(250)}"\n`);
    expect(rulesOf(long)).toEqual(['generate-limit']);
  });

  it('never throws, whatever the octets', () => {
    const special = fc.constantFrom(' ', '\t', '\n', '\r', '"', '\\', '(', ')', ';', '@', '$', '.', '0', '\0', '\xff');
    const word = fc.constantFrom(
      '$TTL',
      '$ORIGIN',
      '$INCLUDE',
      '$GENERATE',
      '1-3',
      'a$',
      'IN',
      'SOA',
      'TXT',
      'A',
      'MX',
      '\\#',
    );
    const text = fc.array(fc.oneof(special, word, fc.string({ unit: 'binary-ascii', maxLength: 3 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, fc.boolean(), (parts, comments) => {
        const { problems, errors } = readOctets(octets(parts.join('')), { comments });
        for (const { line, column, message, fix } of problems) {
          expect(line > 0 && column > 0 && message !== '' && fix !== '').toBe(true);
        }
        expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(errors);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('$INCLUDE', () => {
  const files = new Map([
    ['one.zone', 'x A 192.0.2.1\n  BAD\n'],
    ['loop.zone', '$INCLUDE "other loop.zone"\n'],
    ['other loop.zone', '$INCLUDE loop.zone\n'],
  ]);
  const include: NonNullable<ReadOptions['include']> = (path, from) => {
    const text = files.get(path);
    if (text === undefined) return { message: `"${path}" is not there, from ${from}`, fix: 'correct the path' };
    return { name: path, octets: fromText(text) };
  };

  it('reads files that the caller gives, and names them in problems', () => {
    const { records, problems } = read(`${START}$INCLUDE one.zone sub\nb A 192.0.2.2\n`, { include });
    expect(records.slice(2).map(({ owner, file, line }) => [owner, file, line])).toEqual([
      ['x.sub.example.com.', 'one.zone', 1],
      ['b.example.com.', 'main.zone', 5],
    ]);
    expect(problems).toMatchObject([{ file: 'one.zone', line: 2, column: 3, rule: 'unknown-type' }]);
  });

  it('asks for the path as it is written', () => {
    const asked: string[] = [];
    const ask = (path: string) => {
      asked.push(path);
      return { message: 'no', fix: 'no' };
    };
    read(`${START}$INCLUDE "a b;é\\n"\n$INCLUDE ../etc\\passwd\n`, { include: ask });
    expect(asked).toEqual(['a b;é\\n', '../etc\\passwd']);
  });

  it('is refused where the caller gives nothing, and where files go in circles', () => {
    expect(read(`${START}$INCLUDE one.zone\n`).problems).toMatchObject([
      { rule: 'include-refused', line: 4, column: 10 },
    ]);
    expect(read(`${START}$INCLUDE two.zone\n`, { include }).problems[0]?.message).toBe(
      '"two.zone" is not there, from main.zone',
    );
    expect(read(`${START}$INCLUDE loop.zone\n`, { include }).problems).toMatchObject([
      { rule: 'include-cycle', file: 'other loop.zone', line: 1 },
    ]);
  });

  it('stops at a depth, and at a number of files', () => {
    let number = 0;
    const deeper = () => ({ name: `${number++}`, octets: octets('$INCLUDE next\n') });
    expect(rulesOf(read(`${START}$INCLUDE next\n`, { include: deeper }))).toEqual(['include-limit']);
    expect(number).toBe(16);
    const twice = () => ({ name: `${number++}`, octets: octets('$INCLUDE a\n$INCLUDE b\n') });
    number = 0;
    expect(read(`${START}$INCLUDE a\n`, { include: twice }).errors).toBeGreaterThan(0);
    expect(number).toBeLessThanOrEqual(10_000);
  });
});

describe('comments', () => {
  const zone = `; the zone\n$TTL 300 ; default\n\n; its start\n@ SOA ns h ( ; first\n1 ; serial\n2 3 4 5 )\n@ NS ns\n;;  é  \n\n; x\na A 192.0.2.1 ;two\n; last\n`;

  it('come with the record behind them or on their line', () => {
    const latin1 = fromText(zone).replace('; x', '; \xe9');
    const { records, comments } = readOctets(octets(latin1), { comments: true });
    expect(records.map((record) => record.comments)).toEqual([
      { leading: ['the zone', 'its start'], trailing: ['first', 'serial'] },
      undefined,
      { leading: [';  é', '', '\xe9'], trailing: ['two'] },
    ]);
    expect(comments).toEqual(['last']);
  });

  it('are left out otherwise', () => {
    const { records, comments } = read(zone);
    expect(records.every((record) => record.comments === undefined)).toBe(true);
    expect(comments).toEqual([]);
  });
});

describe('findApex', () => {
  const find = (text: string, origin?: string) =>
    findApex({ name: 'x', octets: octets(text) }, origin === undefined ? {} : { origin: parseName(origin) });

  it('is the owner of the SOA record', () => {
    expect(find('$ORIGIN Example.COM.\n$TTL 60\na A 192.0.2.1\n@ SOA ns h 1 2 3 4 5\nb BAD\n')).toBe('example.com.');
    expect(find('example.net. 60 IN SOA ns.x. h.x. ( 1\n2 3 4 5 )\nexample.org. SOA a. b. 1 2 3 4 5\n')).toBe(
      'example.net.',
    );
    expect(find('@ 60 SOA ns h 1 2 3 4 5\n', 'example.org.')).toBe('example.org.');
  });

  it('is not known where there is none', () => {
    expect(find('@ 60 SOA ns h 1 2 3 4 5\n')).toBeUndefined();
    expect(find('a. 60 A 192.0.2.1\n')).toBeUndefined();
    expect(find('')).toBeUndefined();
  });
});

describe('readRRsets', () => {
  const gather = (text: string) => readRRsets({ name: 'x', octets: octets(START + text) }, { apex: APEX });

  it('gathers records by owner and type, once each', () => {
    const { rrsets } = gather('a A 192.0.2.1\nb MX 10 Mail\na A 192.0.2.2\nA A 192.0.2.1\nb MX 10 mail\n');
    expect([...rrsets.keys()]).toEqual(['example.com.', 'a.example.com.', 'b.example.com.']);
    expect(rrsets.get(parseName('a.example.com.'))).toEqual([
      { owner: 'a.example.com.', type: 1, ttl: 300, rdatas: ['\xc0\x00\x02\x01', '\xc0\x00\x02\x02'] },
    ]);
    expect(rrsets.get(parseName('b.example.com.'))?.[0]?.rdatas).toHaveLength(1);
  });

  it('warns of TTLs that differ, wherever the records stand', () => {
    const { problems, warnings, rrsets } = gather(
      'a 60 A 192.0.2.1\na 70 A 192.0.2.2\nb A 192.0.2.3\na 80 A 192.0.2.4\n',
    );
    expect(problems).toMatchObject([
      { rule: 'ttl-mismatch', line: 5, message: expect.stringContaining('60 is taken') },
      { rule: 'ttl-mismatch', line: 7, message: expect.stringContaining('80 is taken') },
    ]);
    expect(warnings).toBe(2);
    expect(rrsets.get(parseName('a.example.com.'))?.[0]?.ttl).toBe(80);
  });

  it('keeps the signatures of different types apart', () => {
    const signature = (type: string, ttl: number) =>
      `a ${ttl} RRSIG ${type} 13 3 ${ttl} 20300101000000 20240101000000 1 example.com. ${'A'.repeat(86)}==\n`;
    const { rrsets, warnings } = gather(signature('A', 60) + signature('TXT', 70));
    expect(rrsets.get(parseName('a.example.com.'))?.map(({ ttl }) => ttl)).toEqual([60, 70]);
    expect(warnings).toBe(0);
  });

  it('is not slowed down by many records of one owner', () => {
    const types = Array.from({ length: 20_000 }, (_, i) => `a TYPE${300 + i} \\# 0\n`).join('');
    const { rrsets } = gather(types.repeat(3) + Array.from({ length: 40_000 }, (_, i) => `b TXT t${i}\n`).join(''));
    expect(rrsets.get(parseName('a.example.com.'))).toHaveLength(20_000);
    expect(rrsets.get(parseName('b.example.com.'))?.[0]?.rdatas).toHaveLength(40_000);
  });
});

describe('hostile files', () => {
  const quarter = 250_000;
  it.each([
    ['one long word', 'x'.repeat(20 * quarter)],
    ['one long name of labels', `${'a.'.repeat(10 * quarter)} A 192.0.2.1`],
    ['a long number', `a ${'1'.repeat(10 * quarter)} A 192.0.2.1`],
    ['a long string', `a TXT "${'x'.repeat(10 * quarter)}"`],
    ['escapes', `a TXT ${'\\'.repeat(10 * quarter)}`],
    ['many words', `a TXT ${'x '.repeat(5 * quarter)}`],
    ['many empty strings', `a TXT ${'""'.repeat(2 * quarter)}`],
    ['open parentheses', '('.repeat(10 * quarter)],
    ['a parenthesis on every line that is not closed', 'a TXT ( "x"\n'.repeat(quarter)],
    ['closed parentheses', ')'.repeat(quarter)],
    ['white space', ' '.repeat(20 * quarter)],
    ['quotes', '"'.repeat(quarter + 1)],
    ['one comment', `;${'x'.repeat(20 * quarter)}`],
    ['carriage returns', '\r'.repeat(5 * quarter)],
    ['NULs', '\0'.repeat(5 * quarter)],
    ['blank owners', ' A 192.0.2.1\n'.repeat(quarter)],
  ])('%s', (_, text) => {
    const start = process.cpuUsage();
    const { problems } = readMaster(
      { name: 'x', octets: octets(`${START}${text}\n`) },
      { apex: APEX, onRecord: () => {} },
    );
    for (const { message } of problems) expect(message.length).toBeLessThan(300);
    // Two orders above what it takes; what is not linear takes hours.
    expect(costSince(start)).toBeLessThan(20_000);
  });

  it('binary data', () => {
    let state = 1;
    const bytes = Buffer.alloc(4 * quarter);
    for (let i = 0; i < bytes.length; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      bytes[i] = state >>> 16;
    }
    const { errors, problems } = readMaster(
      { name: 'x', octets: fromBuffer(bytes) },
      { apex: APEX, onRecord: () => {} },
    );
    expect(errors).toBeGreaterThan(100);
    expect(problems.length).toBeLessThanOrEqual(2_002);
  });
});
