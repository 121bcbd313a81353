import { decodeBitmap } from '../../fields/rrtype.ts';
import { listed } from '../../listed.ts';
import { typeName } from '../../rdata.ts';

/** What is wrong with the bitmap of types that begins at `at` and ends the rdata, as the end of a sentence. */
export function bitmapFault(rdata: string, at: number, types: ReadonlySet<number>): string | undefined {
  const named = new Set(decodeBitmap(rdata, at, rdata.length));
  const missing = [...types].filter((type) => !named.has(type)).map(typeName);
  if (missing.length > 0) return `denies ${listed(missing)}, which ${missing.length > 1 ? 'are' : 'is'} there`;
  const extra = [...named].filter((type) => !types.has(type)).map(typeName);
  return extra.length > 0 ? `names ${listed(extra)}, which ${extra.length > 1 ? 'are' : 'is'} not there` : undefined;
}
