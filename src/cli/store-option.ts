/** The option of every command that works with private keys or their state. */
export const storeOption = [
  '--store <dir>',
  'the key store (default: that of zonewright.yaml, or .zonewright/keys)',
] as const;
