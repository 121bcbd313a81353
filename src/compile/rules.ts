import type { Check } from '../zone/checks/check.ts';
import type { Finding, Severity } from '../zone/finding.ts';
import type { Place } from '../zone/source.ts';

type Statement = Omit<Check, 'found' | 'id'>;

/** The statements of all that is found while zones are compiled, by id. None can be waived: there would be no zone. */
const statements = {
  'source-link': {
    severity: 'error',
    standard: 'zonewright.yaml',
    reason: 'A link that leads out of the repository would make a release hang on what is no part of the commit.',
    repair: 'Put a plain file there, or a link to a file of the same folder.',
    covers: [],
    hard: true,
  },
  'source-unreadable': {
    severity: 'error',
    standard: 'zonewright.yaml',
    reason: 'What cannot be read cannot be compiled.',
    repair: 'Check the file and its permissions.',
    covers: [],
    hard: true,
  },
  'zone-name-length': {
    severity: 'error',
    standard: 'the release',
    reason: 'Files bear the names of their zones, and no file system takes a name of more than 255 octets.',
    repair: 'Shorten the name of the zone.',
    covers: [],
    hard: true,
  },
  'alias-external': {
    severity: 'error',
    standard: 'the zone document',
    reason:
      'The addresses of a name that no zone of the repository answers have to be looked up, which a build does not do.',
    repair: 'Write the addresses, use a CNAME below the apex, or bring the zone of the target into the repository.',
    covers: [],
    hard: true,
  },
  'alias-without-address': {
    severity: 'error',
    standard: 'the zone document',
    reason: 'An ALIAS whose target has no address would leave its name without an answer.',
    repair: 'Give the target an A or AAAA record, or correct the name of the target.',
    covers: [],
    hard: true,
  },
  'alias-loop': {
    severity: 'error',
    standard: 'RFC 1034 section 3.6.2',
    reason: 'A chain of ALIAS and CNAME that leads back to itself has no addresses at its end.',
    repair: 'Point one name of the chain at a name with addresses.',
    covers: [],
    hard: true,
  },
  'proxied-without-web-node': {
    severity: 'error',
    standard: 'nodes.yaml',
    reason: 'A proxied address is answered with those of the web nodes, and there is none of this kind.',
    repair: 'Give a node "web: true" and the address under "probe:", or remove "proxied".',
    covers: [],
    hard: true,
  },
  'redirect-without-web-node': {
    severity: 'warning',
    standard: 'nodes.yaml',
    reason: 'A redirect is served by the web nodes, and without one its name has no address.',
    repair: 'Give a node "web: true" and an address under "probe:".',
    covers: [],
    hard: true,
  },
  'monitored-zone-missing': {
    severity: 'warning',
    standard: 'nodes.yaml',
    reason: 'Nodes cannot be watched by asking for a zone that they do not serve.',
    repair: 'Name zones of the repository under "monitoring:", or none: then a zone of the release is asked for.',
    covers: [],
    hard: true,
  },
  'web-host-syntax': {
    severity: 'warning',
    standard: 'RFC 952',
    reason:
      'A name that is answered with the addresses of the web nodes is asked for by browsers, which take host names only.',
    repair: 'Use letters, digits, "-" and "_" in the name, or serve it without the web nodes.',
    covers: [],
    hard: true,
  },
  'unknown-node': {
    severity: 'error',
    standard: 'nodes.yaml',
    reason: 'A value that is pinned to a node which does not exist is served nowhere.',
    repair: 'Correct the name, or add the node to nodes.yaml.',
    covers: [],
    hard: true,
  },
  'presigned-content': {
    severity: 'error',
    standard: 'RFC 4035 section 2.2',
    reason: 'Records that the compiler makes have no signatures in a zone that was signed elsewhere.',
    repair: 'Write the records and their signatures, or have the zone signed by a policy.',
    covers: [],
    hard: true,
  },
  'presigned-serial': {
    severity: 'error',
    standard: 'RFC 1982',
    reason: 'Secondaries do not fetch a zone whose serial is not greater than the one that they have.',
    repair: 'Sign the zone with a greater serial, and write it under "soa:".',
    covers: ['P04'],
    hard: true,
  },
  'signing-key-missing': {
    severity: 'error',
    standard: 'the DNSSEC policy',
    reason: 'A zone that is to be signed and has no key would be served without signatures.',
    repair: 'Make the keys with "zonewright keys generate ZONE", or set "dnssec: false".',
    covers: [],
    hard: true,
  },
  'signing-key-unusable': {
    severity: 'error',
    standard: 'the key store',
    reason: 'Without its private key a zone cannot be signed, and without its state no roll-over goes on safely.',
    repair: 'Give the identity that the key was encrypted for, or bring the file back from a backup.',
    covers: [],
    hard: true,
  },
  'signing-clock': {
    severity: 'error',
    standard: 'RFC 4034 section 3.1.5',
    reason: 'Signatures that are made with a wrong clock are not valid yet, or not any more.',
    repair: 'Set the clock of this machine.',
    covers: [],
    hard: true,
  },
  'signing-goes-on': {
    severity: 'warning',
    standard: 'RFC 6781 section 4.3.4',
    reason:
      'A zone whose DS is at the parent is taken for broken by validating resolvers when its signatures are gone.',
    repair: 'Have the DS removed at the parent, and say so with "zonewright keys confirm ZONE --no-ds".',
    covers: [],
    hard: true,
  },
  'signing-impossible': {
    severity: 'error',
    standard: 'RFC 4035 section 2',
    reason: 'A zone that cannot be signed as its policy says must not be served half signed.',
    repair: 'Change the zone or its DNSSEC policy as the message says.',
    covers: [],
    hard: true,
  },
  'ds-of-other-key': {
    severity: 'error',
    standard: 'RFC 4035 section 5',
    reason: 'A DS that is of no key of the zone below makes validating resolvers take that zone for broken.',
    repair: 'Remove the DS: the compiler puts the right ones there. "zonewright ds ZONE" prints them.',
    covers: ['Z28'],
    hard: true,
  },
} as const satisfies Readonly<Record<string, Statement>>;

/** The id of a rule of the compiler. */
export type CompileRule = keyof typeof statements;

/** What the compiler finds, each stated as a check, for the reference page and SARIF. */
export const compileChecks: readonly Check[] = Object.entries<Statement>(statements).map(([id, statement]) => ({
  id,
  ...statement,
  found: 'reading',
}));

/** The severity that a rule of the compiler states. */
export function compileSeverity(rule: CompileRule): Severity {
  return statements[rule].severity;
}

/** A finding about a file as a whole. */
export function sourceFinding(
  rule: CompileRule | 'document-size',
  file: string,
  message: string,
  fix: string,
): Finding {
  const place: Place = { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
  const severity = rule === 'document-size' ? 'error' : compileSeverity(rule);
  return { rule, severity, message, fix, place };
}
