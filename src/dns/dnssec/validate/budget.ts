/**
 * What one answer may still cost: an answer can be made so that its validation takes hours (KeyTrap, CVE-2023-50387; hashing
 * of NSEC3, CVE-2023-50868). No honest answer comes near the bounds.
 */
export interface Budget {
  /** Signatures to verify. */
  signatures: number;
  /** Signatures that do not verify. */
  failures: number;
  /** Rounds of hashing for NSEC3. */
  hashes: number;
}

/** Of keys with one tag and algorithm so many are tried (RFC 4034 section 5.3 asks to try each). */
export const MOST_KEYS_OF_A_TAG = 4;

/** Of a DS RRset so many are held against the keys. */
export const MOST_DS = 16;

/** With more iterations the NSEC3 of a zone prove nothing, and it counts as unsigned (RFC 9276 section 3.2). */
export const MOST_NSEC3_ITERATIONS = 150;

/** The budget of one answer. */
export function newBudget(): Budget {
  return { signatures: 100, failures: 16, hashes: 16_384 };
}
