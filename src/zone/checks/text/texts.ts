import { octets, type Rdata, toText } from '../../../dns/octets.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { AVC } from '../../../dns/types/avc.ts';
import { CLA } from '../../../dns/types/cla.ts';
import { NINFO } from '../../../dns/types/ninfo.ts';
import { RESINFO } from '../../../dns/types/resinfo.ts';
import { SPF } from '../../../dns/types/spf.ts';
import { TXT } from '../../../dns/types/txt.ts';
import { WALLET } from '../../../dns/types/wallet.ts';

/** The types whose rdata is character strings and nothing else. */
export const textTypes: readonly number[] = [TXT, SPF, AVC, RESINFO, WALLET, NINFO, CLA].map(({ code }) => code);

/** Not the RRset itself: it holds the text of its document, which is not to be kept when its check is over. */
let lastRdatas: readonly Rdata[] | undefined;
let lastTexts: readonly string[] = [];

/**
 * The text of each rdata of an RRset of one of the {@link textTypes}: its character strings joined without anything between
 * them, as all who read policies from TXT join them (RFC 7208 section 3.3). UTF-8 is decoded; octets that are none stay
 * units below 256.
 *
 * Several checks look at the same RRset one after the other, so what the last one asked about is kept.
 */
export function textsOf(rrset: RRset): readonly string[] {
  if (rrset.rdatas === lastRdatas) return lastTexts;
  const texts: string[] = [];
  for (const rdata of rrset.rdatas) texts.push(textOf(rdata));
  lastRdatas = rrset.rdatas;
  lastTexts = texts;
  return texts;
}

function textOf(rdata: Rdata): string {
  let joined = '';
  for (let at = 0; at < rdata.length; ) {
    const end = at + 1 + rdata.charCodeAt(at);
    joined += rdata.slice(at + 1, end);
    at = end;
  }
  return toText(octets(joined)) ?? joined;
}
