import type { RecordValue } from './notes.ts';

/** What happens to one record. An update keeps its id. */
export type RecordChange =
  | { readonly kind: 'add'; readonly to: RecordValue }
  | { readonly kind: 'update'; readonly from: RecordValue; readonly to: RecordValue }
  | { readonly kind: 'remove'; readonly from: RecordValue };

/**
 * What became of records. Which new one an old one turned into is what the caller knows (`moved`: a program changed the
 * record with this id); else a value that went and one that came at the same owner and type, in their order, are an update.
 */
export function changesBetween(
  before: readonly RecordValue[],
  after: readonly RecordValue[],
  moved: readonly { readonly from: RecordValue; readonly to: RecordValue }[] = [],
): RecordChange[] {
  const [old, now] = [byKey(before), byKey(after)];
  const changes: RecordChange[] = [];
  for (const { from, to } of moved) {
    const [fromKey, toKey] = [keyOf(from), keyOf(to)];
    // A record that was there already keeps its own id, and one that stays is not moved.
    if (!old.has(fromKey) || !now.has(toKey) || now.has(fromKey) || old.has(toKey)) continue;
    old.delete(fromKey);
    now.delete(toKey);
    changes.push({ kind: 'update', from, to });
  }
  for (const key of [...old.keys()]) if (now.delete(key)) old.delete(key);
  const gone = new Map<string, RecordValue[]>();
  for (const value of old.values()) {
    const set = `${value.owner} ${value.type}`;
    const others = gone.get(set);
    if (others === undefined) gone.set(set, [value]);
    else others.push(value);
  }
  const added: RecordChange[] = [];
  for (const to of now.values()) {
    const from = gone.get(`${to.owner} ${to.type}`)?.shift();
    if (from === undefined) added.push({ kind: 'add', to });
    else changes.push({ kind: 'update', from, to });
  }
  for (const values of gone.values()) for (const from of values) changes.push({ kind: 'remove', from });
  return [...changes, ...added];
}

function byKey(values: readonly RecordValue[]): Map<string, RecordValue> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

/** Tells the records of one zone apart. */
export function keyOf({ owner, type, digest }: RecordValue): string {
  return `${owner} ${type} ${digest}`;
}
