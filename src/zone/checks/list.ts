import { readingChecks } from '../document/rules.ts';
import { addressWithoutPtr } from './addresses/address-without-ptr.ts';
import { ipv4MappedAddress } from './addresses/ipv4-mapped-address.ts';
import { nsSpecialAddress } from './addresses/ns-special-address.ts';
import { ptrInsideReverseZone } from './addresses/ptr-inside-reverse-zone.ts';
import { ptrWithoutAddress } from './addresses/ptr-without-address.ts';
import { severalPtrs } from './addresses/several-ptrs.ts';
import { specialAddress } from './addresses/special-address.ts';
import { caaFlags } from './caa/caa-flags.ts';
import { caaIodef } from './caa/caa-iodef.ts';
import { caaIssuer } from './caa/caa-issuer.ts';
import { caaIssuewildMissing } from './caa/caa-issuewild-missing.ts';
import { caaParameters } from './caa/caa-parameters.ts';
import { caaTag } from './caa/caa-tag.ts';
import { caaTagCase } from './caa/caa-tag-case.ts';
import { caaWithoutIssue } from './caa/caa-without-issue.ts';
import type { Check } from './check.ts';
import { afsdbSubtype } from './dnssec/afsdb-subtype.ts';
import { cdsCdnskeyDiffer } from './dnssec/cds-cdnskey-differ.ts';
import { cdsDelete } from './dnssec/cds-delete.ts';
import { cdsWithoutKey } from './dnssec/cds-without-key.ts';
import { dnskeyData } from './dnssec/dnskey-data.ts';
import { dnskeyFlags } from './dnssec/dnskey-flags.ts';
import { dnskeySameTag } from './dnssec/dnskey-same-tag.ts';
import { dnskeyWeak } from './dnssec/dnskey-weak.ts';
import { dsDeprecated } from './dnssec/ds-deprecated.ts';
import { dsDigestLength } from './dnssec/ds-digest-length.ts';
import { dsDigestsDiffer } from './dnssec/ds-digests-differ.ts';
import { dsUnassigned } from './dnssec/ds-unassigned.ts';
import { dsWithoutSha256 } from './dnssec/ds-without-sha256.ts';
import { hashedMailOwner } from './dnssec/hashed-mail-owner.ts';
import { lpToItself } from './dnssec/lp-to-itself.ts';
import { nsecChain } from './dnssec/nsec-chain.ts';
import { nsec3Chain } from './dnssec/nsec3-chain.ts';
import { nsec3Parameters } from './dnssec/nsec3-parameters.ts';
import { nsec3WithRsasha1 } from './dnssec/nsec3-with-rsasha1.ts';
import { rrsigExpiry } from './dnssec/rrsig-expiry.ts';
import { rrsigInvalid } from './dnssec/rrsig-invalid.ts';
import { rrsigMismatch } from './dnssec/rrsig-mismatch.ts';
import { rrsigMissing } from './dnssec/rrsig-missing.ts';
import { sshfpLength } from './dnssec/sshfp-length.ts';
import { sshfpSha1 } from './dnssec/sshfp-sha1.ts';
import { sshfpValues } from './dnssec/sshfp-values.ts';
import { tlsaDigestLength } from './dnssec/tlsa-digest-length.ts';
import { tlsaFullData } from './dnssec/tlsa-full-data.ts';
import { tlsaHostWithoutAddress } from './dnssec/tlsa-host-without-address.ts';
import { tlsaOwner } from './dnssec/tlsa-owner.ts';
import { tlsaUsageForMail } from './dnssec/tlsa-usage-for-mail.ts';
import { tlsaValues } from './dnssec/tlsa-values.ts';
import { zonemdDigest } from './dnssec/zonemd-digest.ts';
import { dkimKey } from './mail/dkim-key.ts';
import { dkimSyntax } from './mail/dkim-syntax.ts';
import { dmarcMissing } from './mail/dmarc-missing.ts';
import { dmarcSyntax } from './mail/dmarc-syntax.ts';
import { mtaStsSyntax } from './mail/mta-sts-syntax.ts';
import { mxAtTop } from './mail/mx-at-top.ts';
import { mxTargetIsCname } from './mail/mx-target-is-cname.ts';
import { mxTargetWithoutAddress } from './mail/mx-target-without-address.ts';
import { nullMxNotAlone } from './mail/null-mx-not-alone.ts';
import { nullMxPreference } from './mail/null-mx-preference.ts';
import { nullMxUnprotected } from './mail/null-mx-unprotected.ts';
import { rpTextMissing } from './mail/rp-text-missing.ts';
import { severalDmarcRecords } from './mail/several-dmarc-records.ts';
import { severalSpfRecords } from './mail/several-spf-records.ts';
import { singleMx } from './mail/single-mx.ts';
import { spfIncludeMissing } from './mail/spf-include-missing.ts';
import { spfLookups } from './mail/spf-lookups.ts';
import { spfOpen } from './mail/spf-open.ts';
import { spfSyntax } from './mail/spf-syntax.ts';
import { spfType } from './mail/spf-type.ts';
import { tlsRptSyntax } from './mail/tls-rpt-syntax.ts';
import { asteriskInLabel } from './names/asterisk-in-label.ts';
import { hostNameSyntax } from './names/host-name-syntax.ts';
import { idnALabel } from './names/idn-a-label.ts';
import { numericTld } from './names/numeric-tld.ts';
import { reservedHyphens } from './names/reserved-hyphens.ts';
import { reverseNameShape } from './names/reverse-name-shape.ts';
import { underscoreInHost } from './names/underscore-in-host.ts';
import { wildcardInsideName } from './names/wildcard-inside-name.ts';
import { importChecks } from './reading/import.ts';
import { keysReplacedAtOnce } from './release/keys-replaced-at-once.ts';
import { serialNotAdvanced } from './release/serial-not-advanced.ts';
import { ttlLoweredLate } from './release/ttl-lowered-late.ts';
import { zoneEmptied } from './release/zone-emptied.ts';
import { naptrFlags } from './services/naptr-flags.ts';
import { naptrRegexp } from './services/naptr-regexp.ts';
import { naptrRule } from './services/naptr-rule.ts';
import { naptrServices } from './services/naptr-services.ts';
import { serviceNameLength } from './services/service-name-length.ts';
import { srvNullNotZero } from './services/srv-null-not-zero.ts';
import { srvOwner } from './services/srv-owner.ts';
import { srvPortZero } from './services/srv-port-zero.ts';
import { srvTargetIsCname } from './services/srv-target-is-cname.ts';
import { srvTargetWithoutAddress } from './services/srv-target-without-address.ts';
import { uriOwner } from './services/uri-owner.ts';
import { uriTarget } from './services/uri-target.ts';
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
import { soaTimerZero } from './soa/soa-timer-zero.ts';
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
import { dsyncValues } from './svcb/dsync-values.ts';
import { svcbAliasLoop } from './svcb/svcb-alias-loop.ts';
import { svcbAliasNotAlone } from './svcb/svcb-alias-not-alone.ts';
import { svcbAliasParams } from './svcb/svcb-alias-params.ts';
import { svcbDnsService } from './svcb/svcb-dns-service.ts';
import { svcbDohpath } from './svcb/svcb-dohpath.ts';
import { svcbEch } from './svcb/svcb-ech.ts';
import { svcbMandatoryNeedless } from './svcb/svcb-mandatory-needless.ts';
import { svcbNoDefaultAlpn } from './svcb/svcb-no-default-alpn.ts';
import { svcbOwner } from './svcb/svcb-owner.ts';
import { svcbTargetWithoutAddress } from './svcb/svcb-target-without-address.ts';
import { targetCharacters } from './targets/target-characters.ts';
import { targetDoublesZone } from './targets/target-doubles-zone.ts';
import { targetIsAddress } from './targets/target-is-address.ts';
import { textEdgeSpace } from './text/text-edge-space.ts';
import { textEmpty } from './text/text-empty.ts';
import { textEscaped } from './text/text-escaped.ts';
import { textNotAscii } from './text/text-not-ascii.ts';
import { textQuotedTwice } from './text/text-quoted-twice.ts';
import { textUnpairedQuote } from './text/text-unpaired-quote.ts';
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
      soaTimerZero,
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
    title: 'Targets',
    checks: [targetIsAddress, targetCharacters, targetDoublesZone],
  },
  {
    title: 'Mail',
    checks: [
      mxTargetIsCname,
      mxTargetWithoutAddress,
      nullMxNotAlone,
      nullMxPreference,
      nullMxUnprotected,
      singleMx,
      mxAtTop,
      spfSyntax,
      severalSpfRecords,
      spfOpen,
      spfLookups,
      spfIncludeMissing,
      spfType,
      dmarcSyntax,
      severalDmarcRecords,
      dmarcMissing,
      dkimSyntax,
      dkimKey,
      mtaStsSyntax,
      tlsRptSyntax,
      rpTextMissing,
    ],
  },
  {
    title: 'Texts',
    checks: [textEmpty, textEdgeSpace, textQuotedTwice, textUnpairedQuote, textEscaped, textNotAscii],
  },
  {
    title: 'SRV, URI and NAPTR',
    checks: [
      srvOwner,
      serviceNameLength,
      srvNullNotZero,
      srvPortZero,
      srvTargetIsCname,
      srvTargetWithoutAddress,
      uriOwner,
      uriTarget,
      naptrFlags,
      naptrServices,
      naptrRule,
      naptrRegexp,
    ],
  },
  {
    title: 'CAA',
    checks: [caaFlags, caaTag, caaTagCase, caaIssuer, caaParameters, caaIodef, caaWithoutIssue, caaIssuewildMissing],
  },
  {
    title: 'DNSSEC, keys and fingerprints',
    checks: [
      dsDigestLength,
      dsUnassigned,
      dsDeprecated,
      dsWithoutSha256,
      dsDigestsDiffer,
      cdsDelete,
      cdsWithoutKey,
      cdsCdnskeyDiffer,
      dnskeyData,
      dnskeyWeak,
      dnskeyFlags,
      dnskeySameTag,
      nsec3Parameters,
      nsec3WithRsasha1,
      rrsigMissing,
      rrsigMismatch,
      rrsigInvalid,
      rrsigExpiry,
      nsecChain,
      nsec3Chain,
      zonemdDigest,
      tlsaValues,
      tlsaDigestLength,
      tlsaFullData,
      tlsaUsageForMail,
      tlsaOwner,
      tlsaHostWithoutAddress,
      hashedMailOwner,
      sshfpLength,
      sshfpValues,
      sshfpSha1,
      afsdbSubtype,
      lpToItself,
    ],
  },
  {
    title: 'SVCB, HTTPS and DSYNC',
    checks: [
      svcbAliasParams,
      svcbAliasNotAlone,
      svcbAliasLoop,
      svcbTargetWithoutAddress,
      svcbMandatoryNeedless,
      svcbNoDefaultAlpn,
      svcbEch,
      svcbDohpath,
      svcbDnsService,
      svcbOwner,
      dsyncValues,
    ],
  },
  {
    title: 'Releases',
    checks: [zoneEmptied, serialNotAdvanced, keysReplacedAtOnce, ttlLoweredLate],
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
