import { DnsSyntaxError } from '../../dns/fault.ts';
import { fromText, octets, type Rdata } from '../../dns/octets.ts';

const MAX_STRING = 255;
const MAX_RDATA = 65535;

/**
 * The rdata of a text: as few character strings (RFC 1035 section 3.3) as hold its UTF-8, divided between characters.
 * Nothing is an escape. Throws `DnsSyntaxError` for control characters, lone surrogates and over 65,535 octets.
 */
export function textRdata(text: string): Rdata {
  let ascii = true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) throw controlCharacter(c);
    if (c > 0x7f) ascii = false;
  }
  if (ascii && text.length <= MAX_STRING) return octets(String.fromCharCode(text.length) + text);
  if (!ascii && /\p{Cs}/u.test(text)) {
    throw new DnsSyntaxError(
      'the text has half of a surrogate pair, which is no character',
      'write the whole character, or its octets as \\DDD in a text in quotes',
      'control-character',
    );
  }
  return split(fromText(text));
}

function split(all: string): Rdata {
  let rdata = '';
  for (let at = 0; at < all.length; ) {
    let end = Math.min(at + MAX_STRING, all.length);
    // Octets 0x80 to 0xBF go on with a character that began before them.
    while (end < all.length && (all.charCodeAt(end) & 0xc0) === 0x80) end--;
    rdata += String.fromCharCode(end - at) + all.slice(at, end);
    at = end;
  }
  if (rdata.length <= MAX_RDATA) return octets(rdata);
  throw new DnsSyntaxError(
    `the text takes ${rdata.length} octets`,
    'stay below 65,536 octets with the length of each string',
    'rdata-length',
  );
}

function controlCharacter(code: number): DnsSyntaxError {
  const fix =
    code === 10 || code === 13
      ? 'write it on one line (">-" folds lines without one at the end), or as \\010 in a text in quotes'
      : `delete it, or write it as \\${String(code).padStart(3, '0')} in a text in quotes`;
  const name = code === 9 ? 'a tab' : code === 10 ? 'a line end' : `the control character ${code}`;
  return new DnsSyntaxError(`the text contains ${name}`, fix, 'control-character');
}
