import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preferredType } from '../../../src/server/dialects/accept.ts';
import { printXml, readXml, type XmlNode } from '../../../src/server/dialects/xml.ts';

const read = (text: string, encoding: BufferEncoding = 'utf8'): ReturnType<typeof readXml> =>
  readXml(Buffer.from(text, encoding));

describe('reading XML', () => {
  test('gives elements in their order, with their text', () => {
    const text = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
      <!-- a comment --><u:user xmlns:u="urn:x" a="&lt;"><name>b &amp; c &#x43f;<![CDATA[ &amp;<x/> ]]></name><empty/></u:user>`;
    expect(read(text)).toEqual({
      kind: 'element',
      element: {
        name: 'user',
        text: '',
        children: [
          { name: 'name', text: 'b & c п &amp;<x/>', children: [] },
          { name: 'empty', text: '', children: [] },
        ],
      },
    });
    expect(read(' \n').kind).toBe('empty');
  });

  const laughs = '<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><z>&b;</z>';
  test.each([
    ['a bomb of entities', laughs],
    ['an external entity', '<!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/passwd">]><z>&a;</z>'],
    ['an external document type', '<!DOCTYPE z SYSTEM "http://192.0.2.1/x.dtd"><z/>'],
    ['an unknown entity', '<z>&nbsp;</z>'],
    ['a bare ampersand', '<z>a & b</z>'],
    ['a character that is none', '<z>&#0;</z>'],
    ['half of a pair', '<z>&#xd800;</z>'],
    ['a control character', '<z>\u0001</z>'],
    ['an element that does not end', '<z><y></z>'],
    ['two elements', '<z/><z/>'],
    ['text alone', 'hello'],
    ['JSON', '{"a":1}'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-7"?><z/>'],
    ['Latin-1 that says so', '<?xml version="1.0" encoding="ISO-8859-1"?><z>\xe9</z>'],
    ['great depth', `${'<z>'.repeat(12)}${'</z>'.repeat(12)}`],
    ['very great depth', `${'<z>'.repeat(100_000)}`],
    ['a name that could do harm', '<z><__proto__>1</__proto__></z>'],
  ])('refuses %s', (_, text) => {
    expect(read(text)).toEqual({ kind: 'malformed', message: expect.stringMatching(/./) });
  });

  test('refuses what is not UTF-8', () => {
    expect(read('<z>\xe9</z>', 'latin1').kind).toBe('malformed');
    expect(readXml(Buffer.from('\ufeff<z/>', 'utf16le')).kind).toBe('malformed');
    expect(read('\ufeff<z/>').kind).toBe('element');
  });

  test('never throws', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '<a',
      '</a>',
      '<a>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '<?x',
      '?>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
        expect(['empty', 'element', 'malformed']).toContain(read(pieces.join('')).kind);
      }),
    );
  });
});

test('what is printed is read again', () => {
  const text = fc.string({ unit: 'binary' }).filter((wanted) => !/[\0-\x1f\ufffe\uffff]/.test(wanted));
  const leaf = fc.record({ name: fc.constantFrom('name', 'type'), content: text.map((wanted) => wanted.trim()) });
  fc.assert(
    fc.property(fc.array(leaf, { minLength: 1, maxLength: 5 }), (content) => {
      const found = readXml(Buffer.from(printXml({ name: 'record', content })));
      const children = content.map((node) => ({ name: node.name, text: node.content, children: [] }));
      expect(found).toEqual({ kind: 'element', element: { name: 'record', text: '', children } });
    }),
  );
  const odd: XmlNode = { name: 'a', content: '\0\ud800x\udc00' };
  expect(printXml(odd)).toContain('<a>\ufffd\ufffdx\ufffd</a>');
});

test.each([
  [undefined, 'application/xml'],
  ['*/*', 'application/xml'],
  ['application/json', 'application/json'],
  ['text/html, application/*;q=0.9, application/json;q=0.2', 'application/xml'],
  ['application/xml;q=0.5, application/json', 'application/json'],
  ['application/xml;q=0, */*', 'application/json'],
  ['APPLICATION/JSON; charset=utf-8', 'application/json'],
  ['text/html', undefined],
  ['application/json;q=7', undefined],
])('Accept: %s is answered with %s', (accept, wanted) => {
  expect(preferredType(accept, ['application/xml', 'application/json'])).toBe(wanted);
});
