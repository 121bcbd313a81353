import { isIP } from 'node:net';
import { parseIpv4, parseIpv6, printIpv4, printIpv6 } from '../../dns/fields/address.ts';
import { complain, type Document } from '../document/document.ts';
import { type Setting, scalarSetting, settingFault } from '../document/setting.ts';
import type { ScalarNode } from '../yaml/node.ts';

/** Whether a text can be the name of a node or a group, and so of a folder. */
export function isNodeName(name: string): boolean {
  return NODE_NAME.test(name);
}

const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/** What the names of nodes and groups look like, for editors. */
export const nodeNameSchema = { type: 'string', pattern: NODE_NAME.source };

/** Checks a key that is the name of a node or a group. */
export function checkNodeName(key: ScalarNode, document: Document): boolean {
  if (isNodeName(key.text)) return true;
  complain(
    document,
    'setting-value',
    key,
    `${JSON.stringify(key.text)} cannot be a name here`,
    'use at most 63 letters, digits, "-", "_" and ".", the first a letter or digit',
  );
  return false;
}

/** A text of one form. No form begins with "-", so that no value is ever taken for an option of a program. */
function word(form: RegExp, fix: string): Setting<string> {
  return scalarSetting(
    (text, what) => {
      if (form.test(text)) return text;
      throw settingFault(what, text, fix);
    },
    { type: 'string', pattern: form.source },
  );
}

/** The name of a node or a group. */
export const nodeName: Setting<string> = word(NODE_NAME, 'write the name of a node or a group');

/** A host name or an IP address. */
export const hostSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (isIP(text) !== 0 && !text.includes('%')) return text;
    if (/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(text)) return text;
    throw settingFault(what, text, 'write a host name or an IP address');
  },
  { type: 'string', minLength: 1, maxLength: 253 },
);

/** An IP address. */
export const addressSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (isIP(text) !== 0 && !text.includes('%')) return text;
    throw settingFault(what, text, 'write an IPv4 or IPv6 address');
  },
  { type: 'string', minLength: 2, maxLength: 45 },
);

/** An address and the length of a prefix, in the text that BGP daemons print: what they say is compared with it. */
export const prefixSetting: Setting<string> = scalarSetting(
  (text, what) => {
    const prefix = canonicalPrefix(text);
    if (prefix !== undefined) return prefix;
    throw settingFault(
      what,
      text,
      'write a prefix such as 192.0.2.0/24 or 2001:db8::/48, with no bits behind its length',
    );
  },
  { type: 'string', maxLength: 49 },
);

function canonicalPrefix(text: string): string | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const octets = family === 4 ? parseIpv4(address) : parseIpv6(address);
  const bits = Number(length);
  if (bits > octets.length * 8) return undefined;
  for (let bit = bits; bit < octets.length * 8; bit++) {
    if ((octets.charCodeAt(bit >> 3) & (0x80 >> (bit & 7))) !== 0) return undefined;
  }
  return `${family === 4 ? printIpv4(octets, 0) : printIpv6(octets, 0)}/${bits}`;
}

/** The login on a node. */
export const userSetting: Setting<string> = word(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'write the name of a user');

/** An absolute path on a node. */
export const pathSetting: Setting<string> = word(
  /^(?!.*\/\.\.?(?:\/|$))(?:\/[A-Za-z0-9_.:=+@-]{1,100}){1,20}$/,
  'write an absolute path of letters, digits and _ . : = + @ -',
);

/** The name that a BGP daemon has for a protocol, a peer or a group of them. */
export const symbolSetting: Setting<string> = word(
  /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,62}$/,
  'write a name of letters, digits and _ . : -',
);

/** A text for people: a name of a place or a company. */
export const labelSetting: Setting<string> = scalarSetting(
  (text, what) => {
    if (text !== '' && text.length <= 200 && !/[\x00-\x1f\x7f-\x9f]/.test(text)) return text;
    throw settingFault(what, text, 'write at most 200 characters on one line');
  },
  { type: ['string', 'number'], maxLength: 200 },
);

/** A part of the globe in degrees. */
export function degrees(most: number): Setting<number> {
  return scalarSetting(
    (text, what) => {
      const value = /^[+-]?\d{1,3}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
      if (Math.abs(value) <= most) return value;
      throw settingFault(what, text, `write degrees from -${most} to ${most}`);
    },
    { anyOf: [{ type: 'number', minimum: -most, maximum: most }, { type: 'string' }] },
  );
}
