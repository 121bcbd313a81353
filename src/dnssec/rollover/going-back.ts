import type { ZoneKeys } from '../zone-keys.ts';
import { current, forget, indexOf, sameKeys, validates } from './gate.ts';

/**
 * Whether it harms nobody when an older state of a zone is served again: every resolver validates it, whatever it has cached of
 * the newer one and whatever the parent has or was asked for. What is served with the same keys now does not count, good or
 * bad. Without keys (`undefined`) a state is unsigned. Times are seconds since 1970.
 */
export function isSafeToServe(former: ZoneKeys | undefined, latter: ZoneKeys | undefined, now: number): boolean {
  const index = indexOf([...(latter?.keys ?? []), ...(former?.keys ?? [])]);
  const known = latter?.progress === undefined ? undefined : forget(latter.progress.chain, now);
  const back = former?.progress?.chain;
  const sets = (part: 'dnskey' | 'signatures') => {
    const cached = known?.[part].map(({ keys }) => keys) ?? [];
    const keys = back === undefined ? [] : current(back, part).keys;
    const isNew = !sameKeys(cached.at(-1) ?? [], keys);
    return [...cached.map((each) => ({ keys: each, isNew: false })), { keys, isNew }];
  };
  const atParent = [
    ...(known?.ds ?? []),
    ...(latter?.progress?.wanted ?? []),
    ...(latter?.parent === undefined ? [] : [latter.parent]),
  ].map(({ keys }) => keys);
  return atParent.every((ds) =>
    sets('dnskey').every((dnskey) =>
      sets('signatures').every(
        (signatures) => (!dnskey.isNew && !signatures.isNew) || validates(ds, dnskey.keys, signatures.keys, index),
      ),
    ),
  );
}
