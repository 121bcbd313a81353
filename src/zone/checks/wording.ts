/** `A`, `A and AAAA`, `A, AAAA and MX`; after eight the rest is counted. */
export function listed(words: readonly string[]): string {
  const most = 8;
  const all = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** The sentence of a statement as findings end with it: without capital and full stop. */
export function asClause(sentence: string): string {
  const first = sentence.charAt(0);
  const second = sentence.charAt(1);
  const start = second === second.toUpperCase() && second !== ' ' ? first : first.toLowerCase();
  return `${start}${sentence.slice(1)}`.replace(/\.$/, '');
}
