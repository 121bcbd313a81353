/**
 * Which of the offered media types an `Accept` header likes best (RFC 9110 section 12.5.1): the first of equals, the first of
 * all where there is no header; `undefined` where it takes none of them.
 *
 * @example preferredType('text/html, application/*;q=0.9', ['application/xml', 'application/json']) // 'application/xml'
 */
export function preferredType<T extends string>(accept: string | undefined, offers: readonly T[]): T | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = accept.slice(0, 2_000).split(',').map(readRange);
  let best: T | undefined;
  let most = 0;
  for (const offer of offers) {
    const quality = qualityOf(offer, ranges);
    if (quality > most) {
      best = offer;
      most = quality;
    }
  }
  return best;
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** That of the closest range: the type itself, then its family, then all. */
function qualityOf(offer: string, ranges: readonly Range[]): number {
  for (const wanted of [offer, `${offer.slice(0, offer.indexOf('/'))}/*`, '*/*', '*']) {
    const range = ranges.find(({ type }) => type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
