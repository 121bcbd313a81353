import { compareNames, type DomainName, domainToWire, ROOT } from '../../dns/name.ts';
import { octets, type Rdata, u32 } from '../../dns/octets.ts';
import { rdataNames } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { ZoneSettings } from '../settings.ts';
import type { SourceFile, Span } from '../source.ts';
import type { DeclaredRRset } from '../zone.ts';

const SOA = 6;
const NS = 2;

/**
 * The SOA RRset that the settings stand for, with serial 0 (a presigned zone: its own). Without a primary server it names
 * the first of the apex NS in canonical order, without a contact `hostmaster` in the zone. It stands where `soa:` is given,
 * if that is in the zone's document, else at its beginning.
 */
export function soaRRset(
  source: SourceFile,
  apex: DomainName,
  settings: ZoneSettings,
  settingsAt: ReadonlyMap<string, Span>,
  atApex: readonly RRset[],
): DeclaredRRset {
  const given = settingsAt.get('soa');
  const at = given?.source === source ? given.start : 0;
  return {
    owner: apex,
    type: SOA,
    ttl: settings.soa.ttl ?? settings.ttl,
    rdatas: [soaRdata(apex, settings, atApex)],
    source,
    ownerAt: at,
    typeAt: at,
    valuesAt: at,
    options: undefined,
  };
}

function soaRdata(apex: DomainName, { soa }: ZoneSettings, atApex: readonly RRset[]): Rdata {
  const primary = soa.primary ?? firstServer(atApex) ?? apex;
  const contact = soa.contact ?? hostmaster(apex);
  const numbers = [soa.serial ?? 0, soa.refresh, soa.retry, soa.expire, soa.minimum];
  return octets(domainToWire(primary) + domainToWire(contact) + numbers.map(u32).join(''));
}

function firstServer(atApex: readonly RRset[]): DomainName | undefined {
  const servers = atApex.find((rrset) => rrset.type === NS)?.rdatas ?? [];
  return servers.flatMap((rdata) => rdataNames(NS, rdata)).sort(compareNames)[0];
}

/** The customary mailbox (RFC 2142 section 7); the apex itself in the rare zone whose name leaves no room for it. */
function hostmaster(apex: DomainName): DomainName {
  const name = (apex === ROOT ? 'hostmaster.' : `hostmaster.${apex}`) as DomainName;
  return domainToWire(name).length <= 255 ? name : apex;
}
