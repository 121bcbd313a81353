import { describe, expect, it } from 'vitest';
import { yaml11Differs } from '../../../src/zone/yaml/yaml11.ts';

describe('yaml11Differs', () => {
  // What PyYAML 6 (YAML 1.1) and the core schema of `yaml` 2.9 (YAML 1.2) make of these scalars.
  it.each([
    ['no', 'boolean false in YAML 1.1'],
    ['No', 'boolean false in YAML 1.1'],
    ['OFF', 'boolean false in YAML 1.1'],
    ['on', 'boolean true in YAML 1.1'],
    ['yes', 'boolean true in YAML 1.1'],
    ['true', 'boolean true'],
    ['FALSE', 'boolean false'],
    ['null', 'no value (null)'],
    ['~', 'no value (null)'],
    ['', 'no value (null)'],
    ['0x10', 'number 16'],
    ['-0x1f', 'number -31 in YAML 1.1'],
    ['0o14', 'number 12 in YAML 1.2'],
    ['010', 'number 8 in YAML 1.1 and number 10 in YAML 1.2'],
    ['0777', 'number 511 in YAML 1.1 and number 777 in YAML 1.2'],
    ['08', 'number 8 in YAML 1.2'],
    ['007', 'number 7'],
    ['1:30', 'number 90 in YAML 1.1'],
    ['12:30:45', 'number 45045 in YAML 1.1'],
    ['190:20:30.15', 'number 685230.15 in YAML 1.1'],
    ['1_000', 'number 1000 in YAML 1.1'],
    ['0b11', 'number 3 in YAML 1.1'],
    ['1e3', 'number 1000 in YAML 1.2'],
    ['1.5e+3', 'number 1500'],
    ['1.10', 'number 1.1'],
    ['1.0', 'number 1'],
    ['.5', 'number 0.5'],
    ['+.5', 'number 0.5 in YAML 1.2'],
    ['+1', 'number 1'],
    ['2001-12-14', 'the date 2001-12-14 in YAML 1.1'],
    ['2001-12-14T10:00:00Z', 'the time 2001-12-14T10:00:00Z in YAML 1.1'],
    ['.inf', 'infinity'],
    ['-.INF', 'minus infinity'],
    ['.NaN', 'not a number'],
    ['<<', 'a merge key in YAML 1.1'],
    ['=', 'a default value in YAML 1.1'],
  ])('%s is %s to others', (text, expected) => {
    expect(yaml11Differs(text)).toBe(expected);
  });

  it.each([
    ...[
      'www',
      'y',
      'n',
      'nope',
      'tRue',
      '300',
      '-1',
      '0',
      '1.5',
      '192.0.2.1',

      '2001:db8::1',
      '::1',
      '1:60',
      '1h',
    ],
    ...[
      '-',
      '--',
      '.',
      '..',
      '0x',
      '0b',
      '_1',
      '1.2.3',
      '10/24',
      '<a>',
      '99999999999999999999',
      '1-',
      'v=spf1 -all',
      '_tcp',
    ],
  ])('%s is the same text or number to all', (text) => {
    expect(yaml11Differs(text)).toBeUndefined();
  });

  it('is quick for texts of any length', () => {
    expect(yaml11Differs('1'.repeat(1_000_000))).toBeUndefined();
  });
});
