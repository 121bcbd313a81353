import { matchesGlob } from '../../dns/glob.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Network, WebFile } from '../../zone/web-file.ts';
import { printCollector } from '../collector/bird.ts';
import { hasWebNodes, type Inventory } from '../inventory.ts';
import { printBlackbox } from '../monitoring/blackbox.ts';
import { probedZones } from '../monitoring/probe.ts';
import { printPrometheus } from '../monitoring/prometheus.ts';
import { printExporters, printProbes } from '../monitoring/targets.ts';
import { nameserverLists } from '../nameservers/list.ts';
import type { ListedZone } from '../nameservers/zone-list.ts';
import { zoneFilePath } from '../paths.ts';
import { printCaddyfile } from '../web/caddy.ts';
import type { Site, ZoneSites } from '../web/sites.ts';
import { type CachedSite, printVcl } from '../web/varnish.ts';

/** What the files of a release that belong to no single zone are made from. */
export interface PartInputs {
  readonly inventory: Inventory;
  readonly web: WebFile;
  /** The zones of the release. */
  readonly zones: Pick<ReadonlySet<DomainName>, 'keys'>;
  /** What zones have for web nodes. */
  readonly sites: ReadonlyMap<DomainName, ZoneSites>;
}

/** The lists of zones for name servers, by path. */
export function nameserverParts(zones: PartInputs['zones']): Map<string, () => string> {
  let listed: readonly ListedZone[] | undefined;
  const list = (): readonly ListedZone[] => {
    listed ??= [...zones.keys()].sort().map((apex) => ({ apex, file: zoneFilePath(apex) }));
    return listed;
  };
  return new Map(nameserverLists.map(({ file, print }) => [`nameservers/${file}`, () => print(list())]));
}

/** The files for web nodes, the route collector and the monitoring, by path, where the inventory asks for them. */
export function servantParts({ inventory, web, zones, sites }: PartInputs): Map<string, string> {
  const parts = new Map<string, string>();
  const { file } = inventory;
  if (hasWebNodes(inventory)) {
    const served = sitesByHost(sites);
    parts.set('web/Caddyfile', printCaddyfile(served.map(({ site }) => site)));
    parts.set('web/varnish.vcl', printVcl(served.flatMap((each) => cachedSite(each, web))));
  }
  if (file.collector !== undefined) parts.set('collector/bird.conf', printCollector(file.collector, file));
  if (file.monitoring !== undefined) {
    const { zones: named, exporters, blackbox } = file.monitoring;
    const probed = probedZones(named, [...zones.keys()].sort());
    parts.set('monitoring/blackbox.yml', printBlackbox(probed));
    parts.set('monitoring/dns.json', printProbes(file, probed));
    parts.set('monitoring/exporters.json', printExporters(file, exporters));
    parts.set('monitoring/prometheus.yml', printPrometheus(blackbox));
  }
  return parts;
}

interface ServedSite {
  readonly site: Site;
  readonly apex: DomainName;
  readonly owners: readonly string[];
}

/** The hosts of all zones, sorted. Where two zones have the same one it is that of the zone further down, as in DNS. */
function sitesByHost(zones: ReadonlyMap<DomainName, ZoneSites>): ServedSite[] {
  const byHost = new Map<string, ServedSite>();
  for (const [apex, { sites, owners }] of zones) {
    for (const site of sites) {
      const other = byHost.get(site.host);
      if (other === undefined || other.apex.length < apex.length) byHost.set(site.host, { site, apex, owners });
    }
  }
  return [...byHost.values()].sort((a, b) => (a.site.host < b.site.host ? -1 : 1));
}

function cachedSite({ site: { host, service }, apex, owners }: ServedSite, web: WebFile): CachedSite[] {
  if (service.kind !== 'proxied') return [];
  return [{ host, origins: service.origins, purge: networksFor(web, apex, owners) }];
}

/** The networks from which the pages of a zone may be purged. */
function networksFor({ accounts, zones }: WebFile, apex: DomainName, owners: readonly string[]): Network[] {
  const networks = [
    ...owners.flatMap((owner) => accounts.get(owner) ?? []),
    ...zones.flatMap(({ glob, networks: of }) => (matchesGlob(glob, apex) ? of : [])),
  ];
  return [...new Set(networks)].sort();
}
