import { typeCode, typeOf } from '../../dns/rdata.ts';

/**
 * The names in a value in presentation form that have an inner dot but no final one, with it: providers' clients write
 * `mail.example.com` and mean that very name. A single label stays what it is in a document: relative to the zone.
 *
 * @example withFinalDots('MX', '10 mail.example.com') // '10 mail.example.com.'
 */
export function withFinalDots(type: string, value: string): string {
  return eachName(type, value, (name) => (endsInDot(name) || !name.includes('.') ? name : `${name}.`));
}

/**
 * The names in a value without their final dots, so that {@link withFinalDots} gives the same value again: a name of one
 * label keeps its dot.
 */
export function withoutFinalDots(type: string, value: string): string {
  return eachName(type, value, (name) => {
    const bare = endsInDot(name) ? name.slice(0, -1) : name;
    return bare.includes('.') ? bare : name;
  });
}

/** A value whose priority some providers keep beside it. */
export interface SplitValue {
  /** `undefined` for types without one. */
  readonly priority: number | undefined;
  readonly rest: string;
}

/** Whether a type's values begin with a priority (MX: preference) that providers keep in a field of its own. */
export function hasPriority(type: string): boolean {
  return type === 'MX' || type === 'SRV';
}

/** Takes the priority off a value in presentation form. */
export function splitPriority(type: string, value: string): SplitValue {
  const parts = hasPriority(type) ? /^\s*(\d{1,5})\s+(\S.*)$/s.exec(value) : null;
  if (parts === null) return { priority: undefined, rest: value };
  return { priority: Number(parts[1]), rest: parts[2] as string };
}

/** Puts a value together again; types without a priority are left as they are. */
export function joinPriority(type: string, { priority, rest }: SplitValue): string {
  return hasPriority(type) && priority !== undefined ? `${priority} ${rest}` : rest;
}

/** Changes the words of a value that are names; what stands in quotes is none. */
function eachName(type: string, value: string, change: (name: string) => string): string {
  const code = typeCode(type);
  const stated = code === undefined ? undefined : typeOf(code);
  const isName = (word: number): boolean =>
    type === 'ALIAS' ? word === 0 : stated?.whole === undefined && stated?.fields[word]?.kind.isName === true;
  let word = 0;
  return value.replace(/"(?:[^"\\]|\\.)*"?|(?:[^\s"\\]|\\.)+|\\/gs, (text) => {
    const at = word++;
    return isName(at) && !text.startsWith('"') ? change(text) : text;
  });
}

function endsInDot(name: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\.$/.test(name);
}
