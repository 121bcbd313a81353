import { describe, expect, it } from 'vitest';
import { dsOf } from '../../../src/dns/dnssec/ds.ts';
import { nsec3Hash, nsec3Label } from '../../../src/dns/dnssec/nsec3.ts';
import { isSignedWith } from '../../../src/dns/dnssec/verify.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rdataFromText, rdataToText } from '../../../src/dns/rdata.ts';

describe('RFC 5155 appendix A', () => {
  it.each([
    ['example', '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom'],
    ['a.example', '35mthgpgcu1qg68fab165klnsnk3dpvl'],
    ['ai.example', 'gjeqe526plbf1g8mklp59enfd789njgi'],
    ['ns1.example', '2t7b4g4vsa5smi47k61mv5bv1a22bojr'],
    ['ns2.example', 'q04jkcevqvmu85r014c7dkba38o0ji5r'],
    ['w.example', 'k8udemvp1j2f7eg6jebps17vp3n8i58h'],
    ['*.w.example', 'r53bq7cc2uvmubfu5ocmm6pers9tk9en'],
    ['x.w.example', 'b4um86eghhds6nea196smvmlo4ors995'],
    ['y.w.example', 'ji6neoaepv8b5o6k4ev33abha8ht9fgc'],
    ['x.y.w.example', '2vptu5timamqttgl4luu9kg21e0aor3s'],
    ['xx.example', 't644ebqk9bibcna874givr6joj62mlhv'],
  ])('the hash of %s', (name, hash) => {
    expect(nsec3Label(nsec3Hash(parseName(`${name}.`), 12, '\xaa\xbb\xcc\xdd'))).toBe(hash);
  });
});

describe('RFC 6605 section 6.1', () => {
  const zone = parseName('example.net.');
  const www = parseName('www.example.net.');
  const dnskey = rdataFromText(
    48,
    '257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
  );
  const a = { owner: www, type: 1, ttl: 3600, rdatas: [rdataFromText(1, '192.0.2.1')] };
  const rrsig = rdataFromText(
    46,
    'A 13 3 3600 20100909100439 20100812100439 55648 example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  );

  it('the DS of the key', () => {
    expect(rdataToText(43, dsOf(zone, dnskey, 2)).toLowerCase()).toBe(
      '55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17',
    );
  });

  it('the signature, which is of no other address', () => {
    expect(isSignedWith(a, rrsig, dnskey)).toBe(true);
    expect(isSignedWith({ ...a, rdatas: [rdataFromText(1, '192.0.2.2')] }, rrsig, dnskey)).toBe(false);
  });
});
