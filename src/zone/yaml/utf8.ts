import { addProblem, type YamlProblem } from './problem.ts';

/** The text of a file, and what is wrong with its encoding; a broken sequence stands in `text` as U+FFFD. */
export interface DecodedText {
  readonly text: string;
  readonly problems: YamlProblem[];
}

/**
 * Decodes UTF-8 (RFC 3629) and says where it is broken: overlong forms, surrogates and code points over U+10FFFF are
 * broken too. A byte order mark stays in the text. Problems have their place in `text`, so that lines and columns can be
 * told. A UTF-16 byte order mark is one problem and no text.
 */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return {
      text: '',
      problems: [
        {
          code: 'encoding',
          message: 'the file is encoded in UTF-16',
          fix: 'save it as UTF-8',
          start: 0,
          end: 0,
        },
      ],
    };
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  // Only a text that has U+FFFD can have lost something; the file may also hold that character itself.
  if (!text.includes('\ufffd')) return { text, problems: [] };
  return { text, problems: brokenSequences(bytes) };
}

/** Walks the bytes as the decoder did (one U+FFFD for each maximal broken part, Unicode 3.9) and counts UTF-16 units. */
function brokenSequences(bytes: Uint8Array): YamlProblem[] {
  const problems: YamlProblem[] = [];
  let unit = 0;
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i] as number;
    if (first < 0x80) {
      i++;
      unit++;
      continue;
    }
    const size =
      first >= 0xc2 && first < 0xe0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 1;
    let have = 1;
    while (have < size && isContinuation(first, have, bytes[i + have])) have++;
    if (size === 1 || have < size) {
      addProblem(problems, {
        code: 'encoding',
        message: `the byte 0x${first.toString(16).toUpperCase()} (byte ${i + 1} of the file) is not UTF-8`,
        fix: 'save the file as UTF-8; it is probably in Latin-1 or Windows-1252',
        start: unit,
        end: unit + 1,
      });
      unit++;
    } else {
      unit += size === 4 ? 2 : 1;
    }
    i += have;
  }
  return problems;
}

/** Whether `byte` can stand at `index` after `first`: the second byte rules out overlong forms, surrogates, > U+10FFFF. */
function isContinuation(first: number, index: number, byte: number | undefined): boolean {
  if (byte === undefined || byte < 0x80 || byte > 0xbf) return false;
  if (index > 1) return true;
  if (first === 0xe0) return byte >= 0xa0;
  if (first === 0xed) return byte < 0xa0;
  if (first === 0xf0) return byte >= 0x90;
  if (first === 0xf4) return byte < 0x90;
  return true;
}
