/**
 * Types of questions and of records that belong to a message, by their mnemonics (RFC 6895 section 3.1). No zone has them,
 * so they have no statement and `typeCode` does not know them.
 */
export const metaTypes: ReadonlyMap<string, number> = new Map([
  ['OPT', 41],
  ['NXNAME', 128],
  ['TKEY', 249],
  ['TSIG', 250],
  ['IXFR', 251],
  ['AXFR', 252],
  ['MAILB', 253],
  ['MAILA', 254],
  ['ANY', 255],
]);
