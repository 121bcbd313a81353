import { quoted } from '../../dns/fault.ts';
import { type DomainName, labelsOf, nameFromLabels, parseName } from '../../dns/name.ts';
import type { SoaSettings } from '../settings.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { complain, type Document, editWithin, relatedIn, spanOf } from './document.ts';
import { reportFault } from './report.ts';
import { group, key, mapped, type Setting, scalar, settingFault, time, whole } from './setting.ts';
import { inspectTarget } from './target.ts';

/** A domain name; absolute in the configuration, where there is no zone that it could be relative to. */
const nameSetting: Setting<DomainName> = nameLike(readName);

/** A mailbox: a mail address, or the name that stands for one in an SOA (RFC 1035 section 8). */
const contactSetting: Setting<DomainName> = nameLike((node, document, what) =>
  node.text.includes('@') ? mailboxName(node.text, what) : readName(node, document, what),
);

function nameLike(
  read: (node: ScalarNode, document: Document, what: string) => DomainName | undefined,
): Setting<DomainName> {
  return {
    schema: { type: ['string', 'number', 'boolean', 'null'] },
    read(node, document, what) {
      const found = scalar(node, document, what);
      if (found === undefined) return undefined;
      try {
        return read(found, document, what);
      } catch (fault) {
        reportFault(document.report, fault, spanOf(document, found), { related: relatedIn(document) });
        return undefined;
      }
    },
  };
}

function readName(node: ScalarNode, document: Document, what: string): DomainName | undefined {
  const { text } = node;
  if (document.apex === undefined && !text.endsWith('.')) {
    complain(
      document,
      'setting-value',
      node,
      `${what} is ${quoted(text)}, which has no final dot`,
      'end the name with a dot: in the configuration there is no zone that it could be relative to',
      { edits: editWithin(document, node, text.length, 0, '.') },
    );
    return undefined;
  }
  const name = parseName(text, document.apex);
  if (document.apex !== undefined) inspectTarget(document, document.apex, node, 0, text);
  return name;
}

/**
 * The name of a mail address: what stands before the `@` is one label, dots and all. Throws `DnsSyntaxError`; `what` names
 * the setting in its message.
 *
 * @example mailboxName('john.doe@example.net', 'soa.contact') // 'john\\.doe.example.net.'
 */
function mailboxName(address: string, what: string): DomainName {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const host = address.slice(at + 1);
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) || local.length > 63) {
    throw settingFault(what, address, 'write a mail address such as hostmaster@example.net');
  }
  return nameFromLabels([local, ...labelsOf(parseName(host.endsWith('.') ? host : `${host}.`))]);
}

/** The timers of an SOA are 32 bits (RFC 1035 section 3.3.13); only TTLs have one less (RFC 2181 section 8). */
const timer = time(0, 0xffffffff);

const soaKeys = {
  primary: key(nameSetting, 'The primary name server (MNAME); the first of the apex NS unless given.', {
    examples: ['ns1.example.net.'],
  }),
  contact: key(contactSetting, 'Who is responsible (RNAME): a mail address, or the name that stands for one.', {
    default: 'hostmaster',
    examples: ['hostmaster@example.net'],
  }),
  refresh: key(timer, 'How often secondaries ask for a new version.', { default: '4h' }),
  retry: key(timer, 'How soon they ask again after a failure.', { default: '1h' }),
  expire: key(timer, 'How long they answer without having reached the primary.', { default: '2w' }),
  minimum: key(timer, 'How long negative answers are kept (RFC 2308).', { default: '1h' }),
  ttl: key(time(), "The SOA's own TTL; the zone's unless given.", { examples: ['1h'] }),
};

/** The SOA's fields as they may hold for many zones. */
export const soaSetting: Setting<Partial<SoaSettings>> = group(soaKeys);

/** The SOA's fields in a zone's own document, where two serials can stand. */
export const zoneSoaSetting: Setting<Partial<SoaSettings>> = mapped(
  group({
    ...soaKeys,
    serial_after: key(
      whole(0, 4294967295),
      'A serial that was served before zonewright took over: every serial comes after it (RFC 1982).',
      { examples: [2026010101] },
    ),
    serial: key(
      whole(0, 4294967295),
      'The serial of a zone with "dnssec: presigned", which its signatures cover; in every other zone the compiler owns it.',
    ),
  }),
  ({ serial_after: serialAfter, ...rest }) => (serialAfter === undefined ? rest : { ...rest, serialAfter }),
);
