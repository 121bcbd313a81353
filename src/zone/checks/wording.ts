export { listed } from '../../dns/listed.ts';

/** The sentence of a statement as findings end with it: without capital and full stop. */
export function asClause(sentence: string): string {
  const first = sentence.charAt(0);
  const second = sentence.charAt(1);
  const start = second === second.toUpperCase() && second !== ' ' ? first : first.toLowerCase();
  return `${start}${sentence.slice(1)}`.replace(/\.$/, '');
}
