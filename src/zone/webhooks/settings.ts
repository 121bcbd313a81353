import { group, key, mapped, type Setting, whole } from '../document/setting.ts';
import { addressSetting, complete, type SecretPlace, secretSetting, word } from './values.ts';

export type { SecretPlace } from './values.ts';

/** What `webhooks` of the configuration says. */
export interface WebhookSettings {
  /** Where people reach this server, for links in comments; `undefined`: there are none. */
  readonly url: string | undefined;
  /** The label of a pull request that lifts the thresholds. */
  readonly allowDeletesLabel: string;
  readonly github: GithubSettings | undefined;
  readonly gitea: ForgeSettings | undefined;
  readonly gitlab: ForgeSettings | undefined;
  readonly push: { readonly secret: SecretPlace } | undefined;
}

/** A host of repositories with an API. */
export interface ForgeSettings {
  /** What deliveries are signed with, or carry. */
  readonly secret: SecretPlace;
  /** The address of the server, or for GitHub that of its API. */
  readonly url: string;
  /** `OWNER/NAME`; of GitLab a project with all its groups. */
  readonly repository: string;
  /** `undefined`: the API is not used, so pull requests are not looked at. */
  readonly token: SecretPlace | undefined;
}

/** GitHub, with a token or as a GitHub App. */
export interface GithubSettings extends ForgeSettings {
  readonly app: GithubApp | undefined;
}

/** A GitHub App. */
export interface GithubApp {
  readonly id: number;
  /** `undefined`: that of the repository. */
  readonly installation: number | undefined;
  /** The private key, in PEM. */
  readonly key: SecretPlace;
}

/** The label where no other is given. */
export const ALLOW_DELETES_LABEL = 'zonewright:allow-deletes';

const PART = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}';
const repository = word(new RegExp(`^${PART}/${PART}$`), 'write OWNER/NAME');
const project = word(new RegExp(`^${PART}(/${PART}){1,20}$`), 'write GROUP/NAME');
const secret = key(secretSetting, 'Where the secret is that deliveries are checked with.', {
  examples: [{ env: 'ZONEWRIGHT_WEBHOOK_SECRET' }],
});
const token = key(secretSetting, 'Where the token for the API is.', {
  examples: [{ file: 'token' }],
});

const githubSetting: Setting<GithubSettings> = mapped(
  complete(
    {
      secret,
      repository: key(repository, 'The repository, OWNER/NAME.', { examples: ['example/zones'] }),
      api: key(addressSetting, 'The address of the API, for GitHub Enterprise Server.', {
        default: 'https://api.github.com',
        examples: ['https://github.example.net/api/v3'],
      }),
      token,
      app: key(
        complete(
          {
            id: key(whole(1, 999_999_999_999), 'The id of the app.'),
            installation: key(whole(1, 999_999_999_999), 'The id of its installation; found out unless given.'),
            key: key(secretSetting, 'Where its private key is.', { examples: [{ file: 'github-app.pem' }] }),
          },
          'id',
          'key',
        ),
        'The GitHub App that checks and comments are made as.',
      ),
    },
    'secret',
    'repository',
  ),
  ({ api, token, app, ...rest }) => ({
    ...rest,
    url: api ?? 'https://api.github.com',
    token,
    app: app && { ...app, installation: app.installation },
  }),
);

function forgeSetting(name: Setting<string>, about: string): Setting<ForgeSettings> {
  const keys = {
    secret,
    url: key(addressSetting, 'The address of the server.', { examples: ['https://git.example.net'] }),
    repository: key(name, about),
    token,
  };
  return mapped(complete(keys, 'secret', 'url', 'repository'), ({ token, ...rest }) => ({ ...rest, token }));
}

/** Receivers of webhooks, and what is said to their senders. */
export const webhooksSetting: Setting<WebhookSettings> = mapped(
  group({
    url: key(addressSetting, 'Where people reach this server, for links in comments.', {
      examples: ['https://dns.example.net'],
    }),
    allow_deletes_label: key(
      word(/^[^\x00-\x1f\x7f]{1,50}$/, 'write the name of a label, at most 50 characters'),
      'The label of a pull request that lifts the thresholds.',
      { default: ALLOW_DELETES_LABEL },
    ),
    github: key(githubSetting, 'GitHub sends to /webhooks/github.'),
    gitea: key(forgeSetting(repository, 'The repository, OWNER/NAME.'), 'Gitea or Forgejo sends to /webhooks/gitea.'),
    gitlab: key(forgeSetting(project, 'The project, GROUP/NAME.'), 'GitLab sends to /webhooks/gitlab.'),
    push: key(complete({ secret }, 'secret'), 'Anything else sends to /webhooks/push.'),
  }),
  (read) => ({
    url: read.url,
    allowDeletesLabel: read.allow_deletes_label ?? ALLOW_DELETES_LABEL,
    github: read.github,
    gitea: read.gitea,
    gitlab: read.gitlab,
    push: read.push,
  }),
);
