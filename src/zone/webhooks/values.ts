import { DnsSyntaxError } from '../../dns/fault.ts';
import { complain } from '../document/document.ts';
import { group, type Keys, key, type Setting, scalarSetting, settingFault, type Values } from '../document/setting.ts';

/**
 * Where a secret is. Only places that are meant for it can be named, so that a configuration that somebody sends in cannot
 * make the server send its other secrets away.
 */
export type SecretPlace =
  /** An environment variable. */
  | { readonly kind: 'env'; readonly name: string }
  /** A file of the service's credentials, or of the folder `secrets` of the state. */
  | { readonly kind: 'file'; readonly name: string };

const VARIABLE = /^ZONEWRIGHT_WEBHOOK_[A-Z0-9_]{1,100}$/;
const FILE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

const placeKeys = {
  env: key(
    word(VARIABLE, 'name a variable that begins with ZONEWRIGHT_WEBHOOK_, in capitals'),
    'The environment variable that holds it; its name begins with ZONEWRIGHT_WEBHOOK_.',
  ),
  file: key(
    word(FILE, 'write the name of a file, without a folder'),
    "The file that holds it, in the folder secrets of the server's state or among its systemd credentials.",
  ),
};

/** Where a secret is; never the secret itself. */
export const secretSetting: Setting<SecretPlace> = {
  schema: { ...group(placeKeys).schema, minProperties: 1, maxProperties: 1 },
  read(node, document, what) {
    if (node.kind === 'scalar' && node.style !== 'empty') {
      const fix = `write "${what}: { env: ZONEWRIGHT_WEBHOOK_… }" or "${what}: { file: … }", and take back what stood here`;
      complain(document, 'document-shape', node, `${what} is not written into the configuration`, fix);
      return undefined;
    }
    const read = group(placeKeys).read(node, document, what);
    if (read === undefined) return undefined;
    const { env, file } = read;
    if (env !== undefined && file === undefined) return { kind: 'env', name: env };
    if (file !== undefined && env === undefined) return { kind: 'file', name: file };
    const entries = node.kind === 'map' ? node.entries.length : 0;
    // One place alone was wrong, and that has been said.
    if (entries === 1) return undefined;
    const said = entries === 0 ? 'names no place' : 'names several places';
    complain(document, 'document-shape', node, `${what} ${said}`, 'give either env or file');
    return undefined;
  },
};

/** A text of one form. */
export function word(form: RegExp, fix: string): Setting<string> {
  return scalarSetting(
    (text, what) => {
      if (form.test(text)) return text;
      throw settingFault(what, text, fix);
    },
    { type: 'string', pattern: form.source },
  );
}

/** The address of a server or of an API below it, without `/` at its end. */
export const addressSetting: Setting<string> = scalarSetting(
  (text, what) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url !== undefined && url.username + url.password !== '') {
      throw new DnsSyntaxError(`${what} has a login in it`, 'name a secret under "token:" instead', 'setting-value');
    }
    const plain = url !== undefined && url.search + url.hash === '';
    if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.href.replace(/\/+$/, '');
    throw settingFault(what, text, 'write an address such as https://git.example.net, without a login or a query');
  },
  { type: 'string', pattern: '^https?://', maxLength: 2000 },
);

/** A group of which some keys must be there. */
export function complete<K extends Keys, R extends keyof K & string>(
  keys: K,
  ...required: readonly R[]
): Setting<Values<K> & Required<Pick<Values<K>, R>>> {
  const setting = group(keys);
  return {
    schema: { ...setting.schema, required: [...required] },
    read(node, document, what) {
      const read = setting.read(node, document, what);
      if (read === undefined || node.kind !== 'map') return undefined;
      const missing = required.filter((name) => read[name] === undefined);
      // What is there but wrong has been said.
      const absent = missing.filter((name) => !node.entries.some((entry) => entry.key.text === name));
      for (const name of absent) {
        complain(document, 'document-shape', node, `${what} has no ${name}`, `write "${name}:" under ${what}`);
      }
      return missing.length === 0 ? (read as Values<K> & Required<Pick<Values<K>, R>>) : undefined;
    },
  };
}
