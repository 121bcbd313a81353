import { describe, expect, it } from 'vitest';
import {
  expandGenerate,
  generateCount,
  parseGenerateRange,
  parseGenerateTemplate,
} from '../../../src/dns/master/generate.ts';

const expand = (template: string, number: number): string => expandGenerate(parseGenerateTemplate(template), number);

describe('the range of $GENERATE', () => {
  it('has a start, a stop and a step', () => {
    expect(parseGenerateRange('1-254')).toEqual({ start: 1, stop: 254, step: 1 });
    expect(parseGenerateRange('007-10/2')).toEqual({ start: 7, stop: 10, step: 2 });
    expect(generateCount(parseGenerateRange('0-9/3'))).toBe(4);
    expect(generateCount(parseGenerateRange('5-5'))).toBe(1);
  });

  it.each(['', '1', '2-1', '1-2/0', '1-2/', '-1-2', '1-2x', '1-10,2', '1-4294967296', '1..2'])('is not %j', (text) => {
    expect(() => parseGenerateRange(text)).toThrow('is not a range');
  });
});

describe('the template of $GENERATE', () => {
  it.each([
    ['host$', 'host10'],
    ['$.$', '10.10'],
    ['no number', 'no number'],
    ['$$x', '$x'],
    ['\\$x', '\\$x'],
    ['\\\\$', '\\\\10'],
    ['${5}', '15'],
    ['${+5}', '15'],
    ['${-12}', '-2'],
    ['${0,4}', '0010'],
    ['${0,4,d}', '0010'],
    ['${-12,4,d}', '-002'],
    ['${0,4,o}', '0012'],
    ['${5,4,x}', '000f'],
    ['${5,4,X}', '000F'],
    ['${-11,0,x}', 'ffffffff'],
    ['${0,0,n}', 'a'],
    ['${0,3,N}', 'A.0'],
    ['${0,4,n}', 'a.0.'],
    ['${300,5,n}', '6.3.1'],
    ['${5}-$', '15-15'],
    ['${0}}', '10}'],
  ])('%s gives %s for 10', (template, text) => {
    expect(expand(template, 10)).toBe(text);
  });

  it.each(['${', '${x}', '${1', '${1,}', '${1,2,z}', '${1,2,dd}', '${1,,d}', '${1,128}', '${99999999999}'])(
    'is not %j',
    (text) => {
      expect(() => parseGenerateTemplate(text)).toThrow('is not a format of $GENERATE');
    },
  );

  it('does not run over', () => {
    expect(() => expand('${2147483647}', 1)).toThrow('is over 2147483647');
  });
});
