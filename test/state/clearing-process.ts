import { clearLockLitter } from '../../src/state/files/lock.ts';

/** Clears away the litter of a lock until it is killed. */
const [file] = process.argv.slice(2) as [string];
console.log('ready');
for (;;) clearLockLitter(file);
