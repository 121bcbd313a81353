/** Markup that is safe to send: everything that was put into it is escaped. */
export interface Html {
  readonly markup: string;
}

/** What can be put into a template: text is escaped, lists are joined, `undefined` and `false` are nothing. */
export type Part = string | number | Html | undefined | false | readonly Part[];

/**
 * Markup from a template.
 *
 * @example html`<p>${'a < b'}</p>` // <p>a &lt; b</p>
 */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: fixed.reduce((all, text, i) => all + print(parts[i - 1]) + text) };
}

function print(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(print).join('');
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
