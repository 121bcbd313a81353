import type { SecretPlace, WebhookSettings } from '../../zone/webhooks/settings.ts';
import { type Failure, failure } from '../failure.ts';
import { readSecret, type SecretSources } from '../secret.ts';
import type { Forge, ForgeKind } from './forge.ts';

/** Opens a host by what the configuration says of it; `undefined`: its API is not to be used. */
export async function openForge(
  settings: WebhookSettings,
  kind: ForgeKind,
  sources: SecretSources,
): Promise<Forge | Failure | undefined> {
  const { github } = settings;
  if (kind === 'github' && github?.app !== undefined) {
    const { id, installation, key } = github.app;
    const pem = await readSecret(key, sources);
    if (pem.kind === 'failure') return pem;
    if (!pem.value.startsWith('-----BEGIN ')) {
      return failure('unavailable', "the app's private key is not in PEM", 'take the file as GitHub gives it');
    }
    const { openGithub } = await import('./forges/github.ts');
    return openGithub({ ...github, proof: { kind: 'app', id, installation, key: pem.value } });
  }
  const access = settings[kind];
  if (access?.token === undefined) return undefined;
  const token = await readToken(access.token, sources);
  if (typeof token !== 'string') return token;
  switch (kind) {
    case 'github':
      return (await import('./forges/github.ts')).openGithub({ ...access, proof: { kind: 'token', token } });
    case 'gitea':
      return (await import('./forges/gitea.ts')).openGitea({ ...access, token });
    case 'gitlab':
      return (await import('./forges/gitlab.ts')).openGitlab({ ...access, token });
  }
}

/** The host that proposals are made at: the first whose API is to be used. */
export async function forgeForProposals(
  settings: WebhookSettings | undefined,
  sources: SecretSources,
): Promise<Forge | Failure | undefined> {
  for (const kind of settings === undefined ? [] : (['github', 'gitea', 'gitlab'] as const)) {
    const forge = await openForge(settings as WebhookSettings, kind, sources);
    if (forge !== undefined) return forge;
  }
  return undefined;
}

async function readToken(place: SecretPlace, sources: SecretSources): Promise<string | Failure> {
  const read = await readSecret(place, sources);
  if (read.kind === 'failure') return read;
  // It becomes a header.
  if (/^[\x21-\x7e]{1,1000}$/.test(read.value)) return read.value;
  return failure('unavailable', `the secret ${place.name} is no token`, 'write the token alone, on one line');
}
