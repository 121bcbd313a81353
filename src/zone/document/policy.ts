import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import { parseEndpoint } from '../../dns/endpoint.ts';
import { complain, type Document } from './document.ts';
import { choice, flag, group, key, listOf, type Setting, scalarSetting, settingFault, time, whole } from './setting.ts';

const algorithms = new Map<string, DnssecPolicy['algorithm']>([
  ['8', 8],
  ['10', 10],
  ['13', 13],
  ['14', 14],
  ['15', 15],
  ['16', 16],
  ['RSASHA256', 8],
  ['RSASHA512', 10],
  ['ECDSAP256SHA256', 13],
  ['ECDSAP384SHA384', 14],
  ['ED25519', 15],
  ['ED448', 16],
]);

const algorithmSetting: Setting<DnssecPolicy['algorithm']> = scalarSetting(
  (text, what) => {
    const algorithm = algorithms.get(text.toUpperCase());
    if (algorithm !== undefined) return algorithm;
    throw settingFault(what, text, 'write 13 (ECDSAP256SHA256), 15 (ED25519), 14, 16, 8 or 10');
  },
  {
    anyOf: [{ enum: [8, 10, 13, 14, 15, 16] }, { type: 'string', pattern: `^(?:[0-9]+|[A-Za-z][A-Za-z0-9]+)$` }],
  },
);

const digestSetting: Setting<2 | 4> = scalarSetting(
  (text, what) => {
    if (text === '2' || text === '4') return text === '2' ? 2 : 4;
    throw settingFault(what, text, 'write 2 (SHA-256) or 4 (SHA-384)');
  },
  { enum: [2, 4, '2', '4'] },
);

const periodSetting: Setting<number | 'never'> = {
  schema: { anyOf: [{ const: 'never' }, time(86400).schema] },
  read: (node, document, what) =>
    node.kind === 'scalar' && node.text === 'never' ? 'never' : time(86400).read(node, document, what),
};

const resolverSetting: Setting<string> = scalarSetting(
  (text) => {
    parseEndpoint(text);
    return text;
  },
  { type: 'string' },
);

const keys = {
  algorithm: key(algorithmSetting, 'The algorithm of the keys (RFC 8624), by number or mnemonic.', {
    default: 13,
    examples: [13, 'ED25519'],
  }),
  rsa_bits: key(whole(1024, 4096), 'The length of RSA keys.', { default: 2048 }),
  keys: key(choice('csk', 'ksk+zsk'), 'One combined key, or a key-signing and a zone-signing key.', {
    default: 'csk',
  }),
  denial: key(choice('nsec', 'nsec3'), 'How it is proved that a name does not exist.', { default: 'nsec' }),
  opt_out: key(flag, 'With nsec3: leave delegations without DS out of the chain.', { default: false }),
  dnskey_ttl: key(time(1), 'The TTL of the DNSKEY RRset.', { default: '1h' }),
  signatures: key(
    group({
      lifetime: key(time(86400), 'How long a signature is valid.', { default: '14d' }),
      jitter: key(time(), 'At most this much is taken off a lifetime, so that not all expire at once.', {
        default: '12h',
      }),
      refresh: key(time(3600), 'How long before its expiry a signature is renewed.', { default: '5d' }),
      inception: key(time(), 'How far in the past signatures begin, for clocks that are wrong.', { default: '1h' }),
    }),
    'The times of signatures.',
  ),
  ds_digests: key(listOf(digestSetting), 'The digest types of DS data: 2 is SHA-256, 4 is SHA-384.', {
    default: [2],
  }),
  cds: key(flag, 'Publish CDS and CDNSKEY, from which the parent can take the DS (RFC 7344).', { default: true }),
  zonemd: key(flag, 'Publish a digest of the whole zone (RFC 8976).', { default: false }),
  rollover: key(
    group({
      csk: key(periodSetting, 'How long a combined key is used before it is rolled over.', { default: 'never' }),
      ksk: key(periodSetting, 'How long a key-signing key is used.', { default: 'never' }),
      zsk: key(periodSetting, 'How long a zone-signing key is used.', { default: '90d' }),
    }),
    'When keys are rolled over: a time, or never (only by hand).',
  ),
  propagation: key(time(), 'How long after a release was made name servers may still answer with the one before.', {
    default: '1h',
  }),
  parent: key(
    group({
      ds_ttl: key(time(), 'The TTL of the DS at the parent, where it could not be asked.', { default: '1d' }),
      propagation: key(time(), "How long after a change the parent's servers may still answer as before.", {
        default: '1h',
      }),
      resolvers: key(
        listOf(resolverSetting),
        "Whom to ask where the parent's servers are, with a port where it is not 53; the system's unless given.",
        { examples: [['192.0.2.53', '[2001:db8::53]:5300']] },
      ),
    }),
    'The parent zone, which holds the DS.',
  ),
};

/** The policy that there is without any configuration. */
export const usualPolicy: DnssecPolicy = {
  algorithm: 13,
  rsaBits: 2048,
  keys: 'csk',
  denial: 'nsec',
  optOut: false,
  dnskeyTtl: 3600,
  signatures: { lifetime: 1209600, jitter: 43200, refresh: 432000, inception: 3600 },
  dsDigests: [2],
  cds: true,
  zonemd: false,
  rollover: { csk: undefined, ksk: undefined, zsk: 7776000 },
  propagation: 3600,
  parent: { dsTtl: 86400, propagation: 3600, resolvers: [] },
};

/** One policy under `dnssec.policies`. */
export const policySetting: Setting<DnssecPolicy> = {
  schema: group(keys).schema,
  read(node, document, what) {
    const read = group(keys).read(node, document, what);
    if (read === undefined) return undefined;
    const { rollover = {} } = read;
    const policy: DnssecPolicy = {
      algorithm: read.algorithm ?? usualPolicy.algorithm,
      rsaBits: read.rsa_bits ?? usualPolicy.rsaBits,
      keys: read.keys ?? usualPolicy.keys,
      denial: read.denial ?? usualPolicy.denial,
      optOut: read.opt_out ?? usualPolicy.optOut,
      dnskeyTtl: read.dnskey_ttl ?? usualPolicy.dnskeyTtl,
      signatures: { ...usualPolicy.signatures, ...read.signatures },
      dsDigests: read.ds_digests ?? usualPolicy.dsDigests,
      cds: read.cds ?? usualPolicy.cds,
      zonemd: read.zonemd ?? usualPolicy.zonemd,
      rollover: {
        csk: period(rollover.csk, usualPolicy.rollover.csk),
        ksk: period(rollover.ksk, usualPolicy.rollover.ksk),
        zsk: period(rollover.zsk, usualPolicy.rollover.zsk),
      },
      propagation: read.propagation ?? usualPolicy.propagation,
      parent: {
        dsTtl: read.parent?.ds_ttl ?? usualPolicy.parent.dsTtl,
        propagation: read.parent?.propagation ?? usualPolicy.parent.propagation,
        resolvers: read.parent?.resolvers ?? usualPolicy.parent.resolvers,
      },
    };
    return isConsistent(policy, document, what, node) ? policy : undefined;
  },
};

function period(given: number | 'never' | undefined, usual: number | undefined): number | undefined {
  return given === 'never' ? undefined : (given ?? usual);
}

function isConsistent(
  policy: DnssecPolicy,
  document: Document,
  what: string,
  node: { readonly start: number; readonly end: number },
): boolean {
  const { lifetime, jitter, refresh } = policy.signatures;
  if (refresh + jitter >= lifetime) {
    complain(
      document,
      'setting-value',
      node,
      `${what} would renew signatures ${refresh} seconds before the end of lives of ${lifetime - jitter} to ${lifetime} seconds`,
      'make signatures.lifetime longer than signatures.refresh and signatures.jitter together',
    );
    return false;
  }
  if (policy.optOut && policy.denial === 'nsec') {
    complain(
      document,
      'setting-value',
      node,
      `${what} has opt_out without nsec3`,
      'add "denial: nsec3", or remove opt_out',
    );
    return false;
  }
  if (policy.dsDigests.length === 0) {
    complain(document, 'setting-value', node, `${what} has an empty list of ds_digests`, 'write ds_digests: [2]');
    return false;
  }
  return true;
}
