declare const serialBrand: unique symbol;

/** A zone's serial number: an unsigned 32-bit number under serial arithmetic (RFC 1982). */
export type Serial = number & { readonly [serialBrand]: true };

const SPACE = 0x100000000;
const HALF = 0x80000000;

/** The number as a serial, taken modulo 2^32. Throws a `RangeError` where it is not a whole number. */
export function serial(value: number): Serial {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a serial number`);
  return (((value % SPACE) + SPACE) % SPACE) as Serial;
}

/** How `a` stands to `b` (RFC 1982 section 3.2). Two serials exactly 2^31 apart have no order. */
export function compareSerials(a: Serial, b: Serial): 'equal' | 'greater' | 'less' | 'undefined' {
  if (a === b) return 'equal';
  const ahead = (a - b + SPACE) % SPACE;
  if (ahead === HALF) return 'undefined';
  return ahead < HALF ? 'greater' : 'less';
}

/** Whether `a` comes after `b`. */
export function isGreaterSerial(a: Serial, b: Serial): boolean {
  return compareSerials(a, b) === 'greater';
}

/** `wanted` if it comes after `previous`, else the serial right after `previous`. */
export function nextSerial(previous: Serial, wanted: Serial): Serial {
  return isGreaterSerial(wanted, previous) ? wanted : serial(previous + 1);
}
