declare const octetsBrand: unique symbol;

/**
 * A sequence of octets held in a string: every UTF-16 unit is one octet (0 to 255).
 *
 * Strings of this kind compare with `<` in octet order (which is RFC 4034 section 6.3 order for canonical rdata), work as
 * `Map` keys, and cost a fraction of a `Uint8Array` in memory, which matters where a zone has a million of them.
 */
export type Octets = string & { readonly [octetsBrand]: true };

/** Uncompressed rdata in wire form (RFC 1035 section 3.2.1), names in it keeping their case. At most 65,535 octets. */
export type Rdata = Octets;

/** The octets of a string whose every unit is known to be below 256. Nothing is checked: for literals and encoders. */
export function octets(units: string): Octets {
  return units as Octets;
}

/** One octet. `value` must be 0 to 255. */
export function u8(value: number): Octets {
  return String.fromCharCode(value) as Octets;
}

/** Two octets, most significant first. `value` must be 0 to 65,535. */
export function u16(value: number): Octets {
  return String.fromCharCode(value >>> 8, value & 255) as Octets;
}

/** Four octets, most significant first. `value` must be 0 to 4,294,967,295. */
export function u32(value: number): Octets {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255) as Octets;
}

/** The unsigned 16-bit number at `at`; the caller has checked that two octets are there. */
export function readU16(from: string, at: number): number {
  return (from.charCodeAt(at) << 8) | from.charCodeAt(at + 1);
}

/** The unsigned 32-bit number at `at`; the caller has checked that four octets are there. */
export function readU32(from: string, at: number): number {
  return (
    from.charCodeAt(at) * 0x1000000 +
    ((from.charCodeAt(at + 1) << 16) | (from.charCodeAt(at + 2) << 8) | from.charCodeAt(at + 3))
  );
}

/** The octets as a fresh buffer. */
export function toBuffer(from: Octets): Buffer {
  return Buffer.from(from, 'latin1');
}

/** The octets of a buffer. */
export function fromBuffer(bytes: Uint8Array): Octets {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as Octets;
}

/** The UTF-8 octets of a text. A lone surrogate becomes U+FFFD, as `Buffer` does it. */
export function fromText(text: string): Octets {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return Buffer.from(text, 'utf8').toString('latin1') as Octets;
  }
  return text as Octets;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that the octets are the UTF-8 of; `undefined` where they are not UTF-8. */
export function toText(from: Octets): string | undefined {
  for (let i = 0; i < from.length; i++) {
    if (from.charCodeAt(i) > 127) {
      try {
        return utf8.decode(toBuffer(from));
      } catch {
        return undefined;
      }
    }
  }
  return from;
}
