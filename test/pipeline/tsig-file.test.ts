import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../src/dns/fault.ts';
import { readTsigKey } from '../../src/pipeline/tsig-file.ts';
import { needs, runTool } from '../setup/tools.ts';

describe('TSIG key files', () => {
  it('reads one line as dig takes it', () => {
    expect(readTsigKey('hmac-sha512:transfer:c2VjcmV0\n')).toMatchObject({
      name: 'transfer.',
      algorithm: 'hmac-sha512',
      secret: 'secret',
    });
    expect(readTsigKey('transfer:c2VjcmV0')).toMatchObject({ algorithm: 'hmac-sha256' });
  });

  it.skipIf(needs('tsig-keygen'))('reads what tsig-keygen writes', async () => {
    const { stdout } = await runTool('tsig-keygen', ['-a', 'hmac-sha384', 'xfr.example']);
    const key = readTsigKey(`// for the secondary\n${stdout}`);
    expect(key).toMatchObject({ name: 'xfr.example.', algorithm: 'hmac-sha384' });
    expect(key.secret.length).toBe(48);
  });

  it.each(['', 'x', 'a:b:c:d', 'hmac-sha999:x:c2VjcmV0', 'key "x" { algorithm hmac-sha256; };', 'x:SECRET!!'])(
    'refuses %j without showing a secret',
    (text) => {
      try {
        readTsigKey(text);
        expect.unreachable();
      } catch (fault) {
        expect(fault).toBeInstanceOf(DnsSyntaxError);
        expect((fault as DnsSyntaxError).message).not.toContain('SECRET');
      }
    },
  );
});
