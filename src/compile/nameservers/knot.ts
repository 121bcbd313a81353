import { plainName } from '../../dns/plain-name.ts';
import type { NameserverList } from './zone-list.ts';

const HEAD = `# The zones of this release for Knot DNS. In knot.conf, with the release in /var/lib/zonewright/current:
#   template:
#     - id: default
#       storage: "/var/lib/zonewright/current"
#       zonefile-sync: -1
#   include: "/var/lib/zonewright/current/nameservers/knot.conf"
`;

/** `knot.conf`: paths are relative to `storage` of the default template. */
export const knot: NameserverList = {
  file: 'knot.conf',
  print: (zones) =>
    zones.length === 0
      ? HEAD
      : `${HEAD}zone:\n${zones
          .map(({ apex, file }) => `  - domain: "${plainName(apex)}"\n    file: "${file}"\n`)
          .join('')}`,
};
