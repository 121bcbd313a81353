import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../pipeline/origin/outcome.ts';

/** How long the pages of a list are. */
export interface PageSize {
  /** Where nobody says. */
  readonly usual: number;
  readonly most: number;
}

/** Of lists whose entries are small. */
export const PAGE: PageSize = { usual: 100, most: 1000 };

/** What the query of a list that comes in pages may have. */
export interface PageQuery {
  readonly limit?: string;
  readonly cursor?: string;
}

/** The properties of the schema of {@link PageQuery}. */
export const pageQuery = {
  limit: { type: 'string', pattern: '^[1-9][0-9]{0,4}$', description: 'Entries of a page.' },
  cursor: { type: 'string', maxLength: 2000, description: 'From the `Link` of the page before.' },
} as const;

/** How many entries are asked for. */
export function limitOf({ limit }: PageQuery, { usual, most }: PageSize): number {
  return Math.min(limit === undefined ? usual : Number(limit), most);
}

/**
 * The marks of the entry that the page before ended with, which are the groups of `form`; `undefined` on the first page, `null`
 * where the cursor is none.
 */
export function marksOf({ cursor }: PageQuery, form: RegExp): readonly string[] | undefined | null {
  if (cursor === undefined) return undefined;
  return form.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.slice(1) ?? null;
}

/** The form of marks that are a time or a number. */
export const NUMBER = /^(\d{1,15})$/;
/** The form of marks that are a time or a number, and a name. */
export const NUMBER_AND_NAME = /^(\d{1,15}) (\S+)$/;

/** Gives entries as a page: one more than it holds tells that another follows, which is linked. No mark has a space in it. */
export function pageOf<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  entries: readonly T[],
  limit: number,
  marks: (last: T) => readonly (string | number)[],
): readonly T[] {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  if (last !== undefined && entries.length > limit) {
    const cursor = Buffer.from(marks(last).join(' ')).toString('base64url');
    const query = new URLSearchParams({ ...(request.query as Record<string, string>), cursor });
    reply.header('link', `<${request.url.replace(/\?.*$/s, '')}?${query}>; rel="next"`);
  }
  return page;
}

/** What a cursor that is none is answered with. */
export const badCursor: Refusal = {
  kind: 'invalid',
  message: 'the cursor is none',
  fix: 'take it from the Link of the page before',
  at: 0,
  field: 'cursor',
};
