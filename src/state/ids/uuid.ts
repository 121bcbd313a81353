import { createHash } from 'node:crypto';

/** What has a UUID in dialects that want one. */
export type UuidKind = 'zone' | 'record';

/**
 * The UUID of a zone or record, in the form of version 4 (RFC 9562 section 5.4). It holds the id, masked, and what proves it:
 * nothing has to be kept to find it again, and it is as stable as the id.
 */
export function uuidOf(kind: UuidKind, id: number): string {
  const digits = hexOf(`zonewright ${kind} ${id}`);
  const variant = '89ab'[Number.parseInt(digits[0] as string, 16) % 4];
  const tail = `${digits.slice(1, 5)}-4${digits.slice(5, 8)}-${variant}${digits.slice(8, 11)}-${digits.slice(11, 23)}`;
  return `${masked(id, tail)}-${tail}`;
}

/** The id of a UUID that {@link uuidOf} made, in any case; `undefined` for all others. */
export function idOfUuid(kind: UuidKind, text: string): number | undefined {
  const uuid = text.toLowerCase();
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid)) return undefined;
  const id = Number.parseInt(masked(Number.parseInt(uuid.slice(0, 8), 16), uuid.slice(9)), 16);
  return uuidOf(kind, id) === uuid ? id : undefined;
}

/** The mask hangs on the tail alone; to mask twice is to unmask. */
function masked(id: number, tail: string): string {
  const mask = Number.parseInt(hexOf(tail).slice(0, 8), 16);
  return ((id ^ mask) >>> 0).toString(16).padStart(8, '0');
}

function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
