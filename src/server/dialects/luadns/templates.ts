import { createHash } from 'node:crypto';

/**
 * The number of a template, which the provider's API asks for where ours are named: made from the name alone, so that it is
 * the same on every server and for ever.
 */
export function templateNumber(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) & 0x7fffffff || 1;
}
