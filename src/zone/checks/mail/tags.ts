/** One `name=value` of a policy record, white space around both taken away. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/**
 * The tags of a list such as `v=DKIM1; k=rsa; p=...` (RFC 6376 section 3.2, RFC 7489 section 6.3), and what is wrong with
 * the list itself. A `;` at its end is no fault.
 */
export function readTags(text: string): { readonly tags: readonly Tag[]; readonly faults: readonly string[] } {
  const tags: Tag[] = [];
  const faults: string[] = [];
  const parts = text.split(';');
  if ((parts.at(-1) as string).trim() === '') parts.pop();
  for (const part of parts) {
    const found = /^\s*([a-z][a-z0-9_]*)\s*=\s*(.*?)\s*$/is.exec(part);
    if (found === null) {
      faults.push(part.trim() === '' ? 'there is nothing between two ";"' : `"${cut(part.trim())}" is no name=value`);
      continue;
    }
    const [, name, value] = found as unknown as [string, string, string];
    if (tags.some((tag) => tag.name === name)) faults.push(`"${name}" is there twice`);
    tags.push({ name, value });
  }
  return { tags, faults };
}

/** The value of a tag; `undefined` where it is not there. */
export function tagValue(tags: readonly Tag[], name: string): string | undefined {
  return tags.find((tag) => tag.name === name)?.value;
}

/** As much of a value as a message shows. */
export function cut(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** What is wrong with the addresses to which reports go: a list of URIs of the schemes given (RFC 3986, RFC 6068). */
export function reportFaults(name: string, value: string, schemes: readonly string[]): string[] {
  return value.split(',').flatMap((each) => {
    const uri = each.trim();
    const colon = uri.indexOf(':');
    const scheme = colon < 0 ? '' : uri.slice(0, colon).toLowerCase();
    if (uri === '') return [`"${name}" has nothing between two commas`];
    if (!schemes.includes(scheme)) {
      const missing = colon < 0 && uri.includes('@') ? ', write "mailto:" before it' : '';
      return [
        `"${cut(uri)}" in "${name}" does not begin with ${schemes.map((one) => `${one}:`).join(' or ')}${missing}`,
      ];
    }
    if (
      scheme === 'mailto' &&
      !/^[^\s@]+@[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?(\?\S*)?$/i.test(uri.slice(7).replace(/!\d+[kmgt]?$/i, ''))
    ) {
      return [`"${cut(uri)}" in "${name}" is no mail address`];
    }
    return /[\s\x00-\x1f]/.test(uri) ? [`"${cut(uri)}" in "${name}" has white space in it`] : [];
  });
}
