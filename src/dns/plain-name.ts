import { type DomainName, labelsOf } from './name.ts';

/**
 * A name in which only letters, digits, `-`, `_`, `/` and `*` stand for themselves and every other octet is `\DDD`: no
 * quote, backslash or brace of a name can end a string of a configuration, and every parser of names understands it. It
 * never begins with `-`, so no program takes it for an option.
 */
export function plainName(name: DomainName): string {
  const labels = labelsOf(name).map((label) =>
    /^[a-z0-9_/*-]+$/.test(label) ? label : label.replace(/[^a-z0-9_/*-]/g, decimal),
  );
  return `${labels.join('.')}.`.replace(/^-/, decimal);
}

function decimal(octet: string): string {
  return `\\${octet.charCodeAt(0).toString().padStart(3, '0')}`;
}
