import { readingChecks } from '../document/rules.ts';
import { addressWithoutPtr } from './addresses/address-without-ptr.ts';
import { ipv4MappedAddress } from './addresses/ipv4-mapped-address.ts';
import { nsSpecialAddress } from './addresses/ns-special-address.ts';
import { ptrInsideReverseZone } from './addresses/ptr-inside-reverse-zone.ts';
import { ptrWithoutAddress } from './addresses/ptr-without-address.ts';
import { severalPtrs } from './addresses/several-ptrs.ts';
import { specialAddress } from './addresses/special-address.ts';
import type { Check } from './check.ts';
import { asteriskInLabel } from './names/asterisk-in-label.ts';
import { hostNameSyntax } from './names/host-name-syntax.ts';
import { idnALabel } from './names/idn-a-label.ts';
import { numericTld } from './names/numeric-tld.ts';
import { reservedHyphens } from './names/reserved-hyphens.ts';
import { reverseNameShape } from './names/reverse-name-shape.ts';
import { underscoreInHost } from './names/underscore-in-host.ts';
import { wildcardInsideName } from './names/wildcard-inside-name.ts';
import { importChecks } from './reading/import.ts';
import { zoneEmptied } from './release/zone-emptied.ts';
import { serialInFuture } from './soa/serial-in-future.ts';
import { signaturesShorterThanExpire } from './soa/signatures-shorter-than-expire.ts';
import { soaContact } from './soa/soa-contact.ts';
import { soaExpireShort } from './soa/soa-expire-short.ts';
import { soaMinimumRange } from './soa/soa-minimum-range.ts';
import { soaPrimary } from './soa/soa-primary.ts';
import { soaPrimaryNotNs } from './soa/soa-primary-not-ns.ts';
import { soaRefreshShort } from './soa/soa-refresh-short.ts';
import { soaRetryNotBelowRefresh } from './soa/soa-retry-not-below-refresh.ts';
import { soaRetryShort } from './soa/soa-retry-short.ts';
import { aliasWithAddresses } from './structure/alias-with-addresses.ts';
import { apexOnlyType } from './structure/apex-only-type.ts';
import { cnameAtApex } from './structure/cname-at-apex.ts';
import { cnameChain } from './structure/cname-chain.ts';
import { cnameLoop } from './structure/cname-loop.ts';
import { cnameTargetMissing } from './structure/cname-target-missing.ts';
import { cnameWithOtherData } from './structure/cname-with-other-data.ts';
import { dataBelowCut } from './structure/data-below-cut.ts';
import { dataBelowManagedChild } from './structure/data-below-managed-child.ts';
import { delegationDiffers } from './structure/delegation-differs.ts';
import { delegationMissing } from './structure/delegation-missing.ts';
import { dnameWithCname } from './structure/dname-with-cname.ts';
import { dnameWithNs } from './structure/dname-with-ns.ts';
import { dnssecRecordInSource } from './structure/dnssec-record-in-source.ts';
import { dsAtApex } from './structure/ds-at-apex.ts';
import { dsWithoutKey } from './structure/ds-without-key.ts';
import { dsWithoutNs } from './structure/ds-without-ns.ts';
import { errorReportingWildcard } from './structure/error-reporting-wildcard.ts';
import { finalNewline } from './structure/final-newline.ts';
import { glueDiffers } from './structure/glue-differs.ts';
import { missingGlue } from './structure/missing-glue.ts';
import { namesBelowDname } from './structure/names-below-dname.ts';
import { nsAddressFamily } from './structure/ns-address-family.ts';
import { nsSameAddress } from './structure/ns-same-address.ts';
import { nsTargetBelowDname } from './structure/ns-target-below-dname.ts';
import { nsTargetIsAddress } from './structure/ns-target-is-address.ts';
import { nsTargetIsCname } from './structure/ns-target-is-cname.ts';
import { nsec3NameLength } from './structure/nsec3-name-length.ts';
import { referralSize } from './structure/referral-size.ts';
import { severalCnames } from './structure/several-cnames.ts';
import { severalDnames } from './structure/several-dnames.ts';
import { singleNs } from './structure/single-ns.ts';
import { unusedGlue } from './structure/unused-glue.ts';
import { wildcardDelegation } from './structure/wildcard-delegation.ts';
import { wildcardInOptOut } from './structure/wildcard-in-opt-out.ts';
import { zoneWithoutNs } from './structure/zone-without-ns.ts';
import { ttlAboveMaximum } from './ttl/ttl-above-maximum.ts';
import { ttlBelowMinimum } from './ttl/ttl-below-minimum.ts';
import { ttlZero } from './ttl/ttl-zero.ts';
import { waiverExpired } from './waivers/waiver-expired.ts';
import { waiverUnused } from './waivers/waiver-unused.ts';

/** Checks that belong together on the reference page. */
export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** Every check, in the order of the reference page: one import and one entry here for each file. */
export const sections: readonly Section[] = [
  {
    title: 'Documents',
    checks: [...readingChecks],
  },
  {
    title: 'Imported files',
    checks: [...importChecks],
  },
  {
    title: 'Names',
    checks: [
      hostNameSyntax,
      reservedHyphens,
      underscoreInHost,
      asteriskInLabel,
      wildcardInsideName,
      numericTld,
      idnALabel,
      reverseNameShape,
    ],
  },
  {
    title: 'TTLs',
    checks: [ttlAboveMaximum, ttlBelowMinimum, ttlZero],
  },
  {
    title: 'Structure of zones',
    checks: [
      dataBelowManagedChild,
      zoneWithoutNs,
      singleNs,
      nsSameAddress,
      nsAddressFamily,
      cnameWithOtherData,
      severalCnames,
      cnameAtApex,
      cnameLoop,
      cnameChain,
      cnameTargetMissing,
      namesBelowDname,
      dnameWithCname,
      severalDnames,
      dnameWithNs,
      dataBelowCut,
      missingGlue,
      unusedGlue,
      nsTargetIsCname,
      nsTargetIsAddress,
      nsTargetBelowDname,
      dsAtApex,
      dsWithoutNs,
      apexOnlyType,
      dnssecRecordInSource,
      delegationDiffers,
      delegationMissing,
      glueDiffers,
      dsWithoutKey,
      referralSize,
      wildcardInOptOut,
      nsec3NameLength,
      wildcardDelegation,
      errorReportingWildcard,
      finalNewline,
      aliasWithAddresses,
    ],
  },
  {
    title: 'SOA',
    checks: [
      soaContact,
      soaPrimary,
      soaRefreshShort,
      soaRetryNotBelowRefresh,
      soaRetryShort,
      soaExpireShort,
      soaMinimumRange,
      soaPrimaryNotNs,
      serialInFuture,
      signaturesShorterThanExpire,
    ],
  },
  {
    title: 'Addresses',
    checks: [
      ipv4MappedAddress,
      nsSpecialAddress,
      specialAddress,
      ptrInsideReverseZone,
      addressWithoutPtr,
      ptrWithoutAddress,
      severalPtrs,
    ],
  },
  {
    title: 'Releases',
    checks: [zoneEmptied],
  },
  {
    title: 'Waivers',
    checks: [waiverExpired, waiverUnused],
  },
];

/** All checks. */
export const checks: readonly Check[] = sections.flatMap((section) => section.checks);

/** The checks by their ids. */
export const checksById: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.id, check]));
