import { answer } from '../answer.ts';
import { fieldsOf } from '../json.ts';
import type { Run } from './ask.ts';
import { listIn, textIn } from './body.ts';
import { detailOf, INVALID, malformed, wordsOf } from './faults.ts';
import { isProblems, readRecord } from './records.ts';

/** `VALIDATE /record`, and `POST /record` of older clients: records, and entries of templates, as they would be read. */
export const validateRecords: Run = async ({ fields }) => {
  if (fields === undefined || !['entries', 'records'].some((name) => (fields.get(name) ?? null) !== null))
    return malformed('Request body was malformed. Ensure that all mandatory properties have been set.');
  const lines: string[] = [];
  const details: unknown[] = [];
  let id = 0;
  for (const [list, word] of [
    ['entries', 'entry'],
    ['records', 'record'],
  ] as const) {
    const placeholder = list === 'entries' ? 'zone-placeholder.invalid' : undefined;
    for (const [i, entry] of (listIn(fields, list) ?? []).entries()) {
      const given = fieldsOf(entry);
      const read = readRecord(entry, { placeholder });
      if (read === undefined || given === undefined || textIn(given, 'name') === undefined) {
        lines.push(`Missing required parameters in ${word} ${i + 1}`);
        continue;
      }
      if (isProblems(read)) {
        lines.push(`Validation errors in ${word} ${i + 1}:`, wordsOf(read, false));
        details.push(detailOf(read, id));
      }
      id++;
    }
  }
  return lines.length === 0 ? answer(200, true) : answer(INVALID, { error: lines.join('\n'), detail: details });
};
