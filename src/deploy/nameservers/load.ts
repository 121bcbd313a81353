import { plainName } from '../../dns/plain-name.ts';
import { lines, type Order } from '../node/order.ts';
import type { ZoneChanges } from './adapter.ts';

/** How a name server is told of changes; each is a command of `zonewright-node`. */
export interface LoadOrders {
  /** Takes zones in and out as the list says. */
  readonly list: readonly string[];
  /** Whether that loads changed zones too. */
  readonly listLoadsChanged: boolean;
  /** Loads every zone whose file is another one; those are on standard input too. */
  readonly all: readonly string[];
  /** Loads the zones on standard input. */
  readonly zones: readonly string[];
  /** With more changed zones than this, it takes less time to load all that have changed. */
  readonly most: number;
}

/** What loads what has changed, and nothing else. */
export function load(orders: LoadOrders, changes: ZoneChanges): Order[] {
  const { added, changed, removed, unknown = false } = changes;
  const relists = unknown || added.length + removed.length > 0;
  const list: Order[] = relists ? [{ words: orders.list, task: 'take zones in and out', fix: FIX }] : [];
  if (changed.length === 0 || (relists && orders.listLoadsChanged)) return list;
  const words = changed.length > orders.most ? orders.all : orders.zones;
  return [
    ...list,
    {
      words,
      task: 'load the changed zones',
      fix: FIX,
      ...lines(changed.map(plainName)),
      extraMs: changed.length * LOADING,
    },
  ];
}

/** Milliseconds that an order may take for each zone. */
const LOADING = 20;

const FIX = "see what the name server's log says on the node";
