/** What programs of the demo are started with: nothing of the user's git and database matters there, and nothing reaches them. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  DATABASE_URL: undefined,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
};
