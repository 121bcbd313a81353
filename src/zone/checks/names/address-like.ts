import type { DomainName } from '../../../dns/name.ts';
import { isBelow, labelCount, labelsOf } from '../../../dns/name.ts';

/**
 * The address that was written where a name belongs: `192.0.2.1.` or, without the final dot, `192.0.2.1` relative to the
 * zone; an IPv6 address has a colon, which host names never have. `undefined` for a name that is no address.
 */
export function addressIn(name: DomainName, apex: DomainName): string | undefined {
  const first = name.charCodeAt(0);
  if (!(first >= 48 && first <= 57) && !name.includes(':')) return undefined;
  const labels = labelsOf(name);
  const written = (isBelow(name, apex) ? labels.slice(0, labels.length - labelCount(apex)) : labels).join('.');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(written)) return written;
  return /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$/.test(written) ? written : undefined;
}
