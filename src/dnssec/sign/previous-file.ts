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
  readonly octets: Uint8Array;
  /** The same, an octet a unit. */
  readonly text: string;
  /** Where the lines of an owner begin; `undefined` where it had none. Owners are asked for in their order. */
  seek(owner: DomainName, first: string): number | undefined;
  /** Where the lines of an owner end that begin at `from`. */
  endOf(from: number, first: string): number;
  /** Goes on behind lines that were looked at. */
  goOn(to: number): void;
  /** The signatures among some whole lines. */
  signaturesIn(from: number, to: number): KeptSignatures;
}

const BLANK = 32;

/** Opens the zone file of a zone; `undefined` where it is none that was written here. */
export function openPreviousFile(file: Buffer, apex: DomainName): PreviousFile | undefined {
  const text = file.toString('latin1');
  const zone = { apex, defaultTtl: Number(/\n\$TTL (\d+)\n/.exec(text.slice(0, 1024))?.[1]) };
  const head = masterHead(zone);
  if (!text.startsWith(head) || !text.endsWith('\n')) return undefined;
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
    const end = text.indexOf('\n', from) + 1;
    let to = text.indexOf(' ', from);
    if (to < 0 || to >= end) return text.slice(from, end);
    while (text.charCodeAt(to) === BLANK) to++;
    return text.slice(from, to);
  };
  const endOf = (from: number, first: string): number => {
    let end = text.indexOf('\n', from) + 1;
    while (text.startsWith(first, end) || text.charCodeAt(end) === BLANK) end = text.indexOf('\n', end) + 1;
    return end;
  };
  return {
    ...zone,
    octets: file,
    text,
    seek(owner, first) {
      while (at < text.length) {
        if (text.startsWith(first, at)) return at;
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
    signaturesIn: (from, to) => readKeptSignatures(apex, octets(head + text.slice(from, to))),
  };
}
