import { withSerial } from '../../compile/release/zone-text.ts';
import { masterChunks, rrsetsInOrder } from '../../dns/master/writer.ts';
import type { Serial } from '../../dns/serial.ts';
import type { ZoneView } from './view.ts';

/** A zone as a master file as its document declares it, with a serial: `ALIAS` and `REDIRECT`, which no master file has, are left out. */
export function masterTextOf({ zone, declared, settings }: ZoneView, serial: number): string {
  const rrsets = withSerial(rrsetsInOrder(zone, declared.names), serial as Serial);
  return [...masterChunks({ apex: zone, defaultTtl: settings.ttl, rrsets })].join('');
}
