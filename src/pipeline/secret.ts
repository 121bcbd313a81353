import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretPlace } from '../zone/webhooks/settings.ts';
import { type Failure, failure } from './failure.ts';

/** Where this process finds secrets that the configuration names. */
export interface SecretSources {
  /** The folder of the state; its folder `secrets` is looked into. */
  readonly state: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

const LONGEST = 32 * 1024;

/**
 * Reads a secret. What is wrong with it is said by its place alone. Files are read every time, so that a secret can be
 * changed while the server runs.
 */
export async function readSecret(
  place: SecretPlace,
  { state, env }: SecretSources,
): Promise<{ readonly kind: 'secret'; readonly value: string } | Failure> {
  if (place.kind === 'env') {
    const value = env[place.name]?.trim() ?? '';
    if (value !== '') return { kind: 'secret', value };
    return failure('unavailable', `the environment variable ${place.name} is not set`, 'set it for the server');
  }
  // systemd puts the credentials of a service there.
  const folders = [env.CREDENTIALS_DIRECTORY, state === undefined ? undefined : join(state, 'secrets')];
  for (const folder of folders) {
    if (folder === undefined || folder === '') continue;
    try {
      const octets = await readFile(join(folder, place.name));
      const value = octets.length > LONGEST ? '' : octets.toString('utf8').trim();
      if (value !== '') return { kind: 'secret', value };
      return failure(
        'unavailable',
        `the file of the secret ${place.name} is empty or too long`,
        'write the secret to it',
      );
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      return failure(
        'unavailable',
        `the file of the secret ${place.name} cannot be read: ${code}`,
        'give the user of the server the right to read it',
      );
    }
  }
  return failure(
    'unavailable',
    `there is no file for the secret ${place.name}`,
    "put it into the folder secrets of the server's state, readable for its user alone",
  );
}
