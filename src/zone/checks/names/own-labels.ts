import type { DomainName } from '../../../dns/name.ts';
import { labelCount, labelsOf } from '../../../dns/name.ts';

/**
 * The labels of an owner that are its own: those of the zone are left to the apex, so that what is wrong with the zone's
 * name is said once and not at each of its names.
 */
export function ownLabels(owner: DomainName, apex: DomainName): string[] {
  const labels = labelsOf(owner);
  return owner === apex ? labels : labels.slice(0, labels.length - labelCount(apex));
}
