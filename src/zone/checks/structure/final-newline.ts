import type { Check } from '../check.ts';

/** A file that ends in the middle of its last line. */
export const finalNewline: Check = {
  id: 'final-newline',
  severity: 'info',
  standard: 'POSIX.1-2017 section 3.206 (line)',
  reason: 'A last line without its end is joined to what is appended, and shows as changed when a line is added.',
  repair: 'End the last line.',
  covers: ['Z38'],
  zone(look) {
    const { source } = look.zone;
    const end = source.text.length;
    if (end === 0 || source.text.endsWith('\n')) return;
    const edits = [{ file: source.path, start: end, end, text: '\n' }];
    look.atSpan({ source, start: end, end }, { message: 'the last line has no end', edits });
  },
};
