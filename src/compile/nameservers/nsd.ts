import { plainName } from '../../dns/plain-name.ts';
import type { NameserverList } from './zone-list.ts';

const HEAD = `# The zones of this release for NSD. Where releases are in /var/lib/zonewright/current, nsd.conf has
#   server:
#     zonesdir: "/var/lib/nsd"
#   include: "/var/lib/zonewright/current/nameservers/nsd.conf"
# NSD enters that directory only when it starts, so a link leads from there to the release:
#   ln -s /var/lib/zonewright/current/zones /var/lib/nsd/zones
`;

/** `nsd.conf`: paths are relative to `zonesdir`. */
export const nsd: NameserverList = {
  file: 'nsd.conf',
  print: (zones) =>
    HEAD + zones.map(({ apex, file }) => `zone:\n  name: "${plainName(apex)}"\n  zonefile: "${file}"\n`).join(''),
};
