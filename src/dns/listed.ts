/** `A`, `A and AAAA`, `A, AAAA and MX`; after eight the rest is counted. */
export function listed(words: readonly string[]): string {
  const most = 8;
  const all = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
