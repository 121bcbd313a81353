import { DnsSyntaxError } from '../../dns/fault.ts';
import { masterHead, type ZoneHead } from '../../dns/master/writer.ts';
import { compareNames, type DomainName, parseName } from '../../dns/name.ts';
import { octets } from '../../dns/octets.ts';
import { type KeptSignatures, readKeptSignatures } from './kept.ts';

/**
 * The zone file of the release before, as it was written here: in canonical order, all lines of an owner together. It is
 * gone through once, along with the owners of the new zone.
 */
export interface PreviousFile extends ZoneHead {
  readonly octets: Buffer;
  /** Whether a text, an octet a unit, stands at a position. */
  has(text: string, at: number): boolean;
  /** The text between two positions, an octet a unit. */
  text(from: number, to: number): string;
  /** Where the line behind the one begins that a position is in. */
  nextLine(at: number): number;
  /** Where the lines of an owner begin; `undefined` where it had none. Owners are asked for in their order. */
  seek(owner: DomainName, first: string): number | undefined;
  /** Where the lines of an owner end that begin at `from`. */
  endOf(from: number, first: string): number;
  /** Goes on behind lines that were looked at. */
  goOn(to: number): void;
  /** The signatures among some whole lines. */
  signaturesIn(from: number, to: number): KeptSignatures;
}

const NEWLINE = 10;
const BLANK = 32;

/** Opens the zone file of a zone; `undefined` where it is none that was written here. */
export function openPreviousFile(file: Buffer, apex: DomainName): PreviousFile | undefined {
  const { length } = file;
  const text = (from: number, to: number): string => file.toString('latin1', from, to);
  const has = (wanted: string, from: number): boolean => {
    if (from + wanted.length > length) return false;
    for (let i = 0; i < wanted.length; i++) if (file[from + i] !== wanted.charCodeAt(i)) return false;
    return true;
  };
  const nextLine = (from: number): number => file.indexOf(NEWLINE, from) + 1;
  const zone = { apex, defaultTtl: Number(/\n\$TTL (\d+)\n/.exec(text(0, Math.min(length, 1024)))?.[1]) };
  const head = masterHead(zone);
  if (!has(head, 0) || file[length - 1] !== NEWLINE) return undefined;
  let at = head.length;

  const isBehind = (owner: DomainName, column: string): boolean => {
    try {
      return compareNames(owner, parseName(column.trimEnd(), apex)) > 0;
    } catch (error) {
      // Lines without a name are none of ours: they are passed over.
      if (error instanceof DnsSyntaxError) return true;
      throw error;
    }
  };
  /** What the lines of the owner at a position begin with. */
  const columnAt = (from: number): string => {
    const end = nextLine(from);
    let to = file.indexOf(BLANK, from);
    if (to < 0 || to >= end) return text(from, end);
    while (file[to] === BLANK) to++;
    return text(from, to);
  };
  const endOf = (from: number, first: string): number => {
    let end = nextLine(from);
    while (has(first, end) || file[end] === BLANK) end = nextLine(end);
    return end;
  };
  return {
    ...zone,
    octets: file,
    has,
    text,
    nextLine,
    seek(owner, first) {
      while (at < length) {
        if (has(first, at)) return at;
        const column = columnAt(at);
        if (!isBehind(owner, column)) break;
        at = endOf(at, column);
      }
      return undefined;
    },
    endOf,
    goOn(to) {
      at = to;
    },
    signaturesIn: (from, to) => readKeptSignatures(apex, octets(head + text(from, to))),
  };
}
