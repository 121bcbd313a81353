import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Work and memory of one hash: 32 MiB, about a third of a second. */
const COST = { ln: 15, r: 8, p: 3 };
const SALT = 16;
const LENGTH = 32;
/** Longer passwords are refused: hashing them must not be an attack. */
const LONGEST = 1024;
/** Hashes that are computed at once; more would take memory and all threads that also read files. */
const AT_ONCE = 2;

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Hashes a password with scrypt; the text holds salt and cost, as PHC strings do. Throws RangeError where it is too long. */
export async function hashPassword(password: string): Promise<string> {
  if (Buffer.byteLength(password) > LONGEST) throw new RangeError(`a password has at most ${LONGEST} octets`);
  const salt = randomBytes(SALT);
  const hash = await derive(password, salt, COST, LENGTH);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${plainBase64(salt)}$${plainBase64(hash)}`;
}

/** Whether a password is the one that was hashed. Without a hash it takes as long and says no. */
export async function checkPassword(password: string, hashed: string | null): Promise<boolean> {
  const parts = form.exec(hashed ?? '');
  const cost = parts === null ? COST : { ln: Number(parts[1]), r: Number(parts[2]), p: Number(parts[3]) };
  const salt = parts === null ? Buffer.alloc(SALT) : Buffer.from(parts[4] as string, 'base64');
  const expected = parts === null ? Buffer.alloc(LENGTH) : Buffer.from(parts[5] as string, 'base64');
  if (Buffer.byteLength(password) > LONGEST) return false;
  const found = await derive(password, salt, cost, expected.length);
  return timingSafeEqual(found, expected) && parts !== null;
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { ln, r, p }: typeof COST, length: number): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await new Promise((resolve, reject) => {
      const options = { N: 2 ** ln, r, p, maxmem: 256 * 1024 * 1024 };
      scrypt(password, salt, length, options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

function plainBase64(octets: Buffer): string {
  return octets.toString('base64').replace(/=+$/, '');
}
