import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAnswer } from '../../../../src/server/dialects/answer.ts';
import { readJson } from '../../../../src/server/dialects/json.ts';
import { readRecord, readRecords, readZone } from '../../../../src/server/dialects/luadns/input.ts';

const body = (text: string) => readJson(Buffer.from(text));
const wrong = (answer: unknown): unknown => (isAnswer(answer) && answer.status === 400 ? answer.body : answer);

describe('a zone', () => {
  it('without a name is told as the provider tells it', () => {
    // Recorded from the provider's server, as the next.
    const recorded = [
      { fieldNames: ['name'], classification: 'RequiredError', message: 'Required' },
      { fieldNames: ['name'], classification: 'ValidationError', message: 'invalid name' },
    ];
    expect(wrong(readZone(body('{"name":""}')))).toEqual(recorded);
    expect(wrong(readZone(body('{}')))).toEqual(recorded);
  });

  it('with a name of another type is told as the provider tells it', () => {
    expect(wrong(readZone(body('{"name":1}')))).toEqual([
      {
        classification: 'DeserializationError',
        message: 'json: cannot unmarshal number into Go struct field Zone.name of type string',
      },
    ]);
  });

  it('has unknown fields, zero values and nulls passed over', () => {
    const zone = readZone(
      body('{"id":7,"name":"example.org","template_id":0,"records":null,"__proto__":{"name":"x"},"tags":["a"]}'),
    );
    expect(zone).toEqual({ name: 'example.org', templateId: undefined, records: undefined });
  });
});

describe('a record', () => {
  it('as clients written in Go send it', () => {
    const sent =
      '{"name":"www.example.org.","type":"a","content":"192.0.2.1","ttl":0,"zone_id":0,"created_at":"0001-01-01T00:00:00Z","updated_at":"0001-01-01T00:00:00Z"}';
    const record = { name: 'www.example.org.', type: 'A', content: '192.0.2.1', ttl: undefined };
    expect(readRecord(body(sent), true)).toEqual(record);
  });

  it('has every missing field told', () => {
    expect(wrong(readRecord(body('{"ttl":300}'), true))).toEqual(
      ['name', 'type', 'content'].map((field) => ({
        fieldNames: [field],
        classification: 'RequiredError',
        message: 'Required',
      })),
    );
    expect(isAnswer(readRecord(body('{"ttl":300}'), false))).toBe(false);
  });

  it.each([
    ['{"ttl":"300"}', 'json: cannot unmarshal string into Go struct field Record.ttl of type uint32'],
    ['{"ttl":-1}', 'json: cannot unmarshal number -1 into Go struct field Record.ttl of type uint32'],
    ['{"ttl":1.5}', 'json: cannot unmarshal number 1.5 into Go struct field Record.ttl of type uint32'],
    ['{"content":["a"]}', 'json: cannot unmarshal array into Go struct field Record.content of type string'],
    ['{"type":true}', 'json: cannot unmarshal bool into Go struct field Record.type of type string'],
    ['[]', 'json: cannot unmarshal array into Go value of type Record'],
    ['"x"', 'json: cannot unmarshal string into Go value of type Record'],
    ['', 'unexpected end of JSON input'],
  ])('%s', (sent, message) => {
    expect(wrong(readRecord(body(sent), false))).toEqual([{ classification: 'DeserializationError', message }]);
  });

  it('is read or refused, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.uint8Array().map(String)), (text) => {
        for (const read of [readRecord(body(text), false), readRecords(body(text), 'name'), readZone(body(text))])
          if (isAnswer(read)) expect(read.status).toBe(400);
      }),
    );
    expect(isAnswer(readRecord(readJson(Uint8Array.of(0xff, 0xfe)), false))).toBe(true);
  });
});
