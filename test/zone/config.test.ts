import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { readConfig, settingsFor } from '../../src/zone/config.ts';
import { readZone } from '../../src/zone/read.ts';
import { placeOf } from '../../src/zone/source.ts';
import { settingSpan } from '../../src/zone/zone.ts';
import { documentNames, fixture } from './fixtures.ts';

const { config } = readConfig(fixture('config/good.yaml'));

describe('readConfig', () => {
  it('has built-in defaults where there is no file or nothing in it', () => {
    for (const source of [
      undefined,
      { path: 'zonewright.yaml', text: '' },
      { path: 'zonewright.yaml', text: '# x\n' },
    ]) {
      const { config: usual, findings } = readConfig(source);
      expect(findings).toEqual([]);
      expect(usual.thresholds).toEqual({ deletes: { percent: 30, records: 10 }, changes: undefined });
      expect([...usual.policies.keys()]).toEqual(['default']);
      expect(usual.policies.get('default')).toMatchObject({
        algorithm: 13,
        keys: 'csk',
        denial: 'nsec',
        dsDigests: [2],
      });
      expect(settingsFor(usual, parseName('example.com.'))).toEqual({
        ttl: 3600,
        soa: {
          primary: undefined,
          contact: undefined,
          refresh: 14400,
          retry: 3600,
          expire: 1209600,
          minimum: 3600,
          ttl: undefined,
          serialAfter: undefined,
          serial: undefined,
        },
        serialPolicy: 'unixtime',
        dnssec: false,
        owners: [],
        review: false,
        checks: new Map(),
        limits: { maxTtl: 2147483647, minTtl: 0 },
      });
    }
  });

  it('reads policies, thresholds and what others read for themselves', () => {
    expect(config.policies.get('strict')).toEqual({
      algorithm: 15,
      rsaBits: 2048,
      keys: 'ksk+zsk',
      denial: 'nsec3',
      optOut: true,
      dnskeyTtl: 7200,
      signatures: { lifetime: 2592000, jitter: 86400, refresh: 864000, inception: 7200 },
      dsDigests: [2, 4],
      cds: false,
      zonemd: true,
      rollover: { csk: undefined, ksk: 31536000, zsk: 2592000 },
      propagation: 3600,
      parent: {
        dsTtl: 86400,
        propagation: 3600,
        resolvers: ['192.0.2.53', '2001:db8::53', '192.0.2.53:5300', '[2001:db8::53]:5300'],
      },
    });
    expect(config.thresholds).toEqual({
      deletes: { percent: 10, records: 10 },
      changes: { percent: 0, records: 1000 },
    });
    expect(config.server).toMatchObject({ nameServers: ['ns1.example.net.'], trustedProxies: ['127.0.0.1'] });
    expect(config.dialects.get('luadns')).toEqual({ enabled: true, hosts: ['api.luadns.com'] });
  });

  it('reads receivers of webhooks, and where their secrets are', () => {
    expect(config.webhooks).toMatchObject({
      url: 'https://dns.example.net',
      allowDeletesLabel: 'dns/deletes',
      github: {
        secret: { kind: 'env', name: 'ZONEWRIGHT_WEBHOOK_GITHUB' },
        url: 'https://api.github.com',
        repository: 'example/zones',
        token: undefined,
        app: { id: 12345, key: { kind: 'file', name: 'app.pem' } },
      },
      gitea: undefined,
      gitlab: { repository: 'dns/public/zones', token: { kind: 'file', name: 'gitlab-token' } },
      push: { secret: { kind: 'env', name: 'ZONEWRIGHT_WEBHOOK_PUSH' } },
    });
  });

  it('does not repeat a secret that stands in the configuration', () => {
    const text = 'webhooks: { push: { secret: hunter2 } }\n';
    const { config: read, findings } = readConfig({ path: 'zonewright.yaml', text });
    expect(read.webhooks?.push).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings.map(({ message, fix }) => message + fix))).not.toContain('hunter2');
  });

  it('never throws, whatever the text', () => {
    const texts = documentNames('config').map((name) => fixture(`config/${name}`).text);
    const mutated = fc
      .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat({ max: 40 }), fc.string({ unit: 'binary', maxLength: 6 }))
      .map(([text, at, length, put]) => {
        const start = at % text.length;
        return text.slice(0, start) + put + text.slice(start + length);
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
        const { config: read, findings } = readConfig({ path: 'zonewright.yaml', text });
        expect(settingsFor(read, parseName('sub.example.com.')).ttl).toBeGreaterThanOrEqual(0);
        for (const { place } of findings) expect(place.line).toBeGreaterThan(0);
      }),
    );
  });

  it('gives what is right where something else is wrong', () => {
    const text = 'defaults: { ttl: 2h, soa: { retry: 5m, refresh: soon } }\nserail: date\n';
    const { config: half, findings } = readConfig({ path: 'zonewright.yaml', text });
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['ttl-syntax', 'unknown-key']);
    expect(settingsFor(half, parseName('a.'))).toMatchObject({ ttl: 7200, soa: { retry: 300, refresh: 14400 } });
  });
});

describe('settingsFor', () => {
  it('puts patterns over defaults, later patterns over earlier ones, field by field', () => {
    expect(settingsFor(config, parseName('other.example.'))).toMatchObject({
      ttl: 7200,
      soa: { primary: 'ns1.example.net.', contact: 'hostmaster.example.net.', minimum: 1800, refresh: 14400 },
      serialPolicy: 'increment',
      dnssec: false,
      owners: ['ops'],
      checks: new Map([
        ['ttl-zero', 'off'],
        ['single-ns', 'info'],
      ]),
      limits: { maxTtl: 604800, minTtl: 60 },
    });
    expect(settingsFor(config, parseName('sub.example.com.'))).toMatchObject({
      ttl: 300,
      soa: { primary: 'ns1.example.net.' },
      serialPolicy: 'date',
      dnssec: 'strict',
      owners: ['alice', 'bob'],
      checks: new Map([
        ['ttl-zero', 'error'],
        ['single-ns', 'info'],
      ]),
    });
    expect(settingsFor(config, parseName('xn--bcher-kva.example.')).soa.contact).toBe('john\\.doe.example.org.');
    expect(settingsFor(config, parseName('example.com.')).ttl).toBe(7200);
  });

  it('is what a zone has that says nothing itself, and each setting knows where it is given', () => {
    const source = {
      path: 'zones/sub.example.com.yaml',
      text: 'soa: { retry: 2m }\nrecords: { www: { A: 192.0.2.1 } }\n',
    };
    const { zone } = readZone(source, parseName('sub.example.com.'), { config, template: () => undefined });
    expect(zone?.settings).toMatchObject({ ttl: 300, soa: { retry: 120, minimum: 1800 }, dnssec: 'strict' });
    const at = (path: string): string => {
      const { file, line, column } = placeOf(settingSpan(zone as NonNullable<typeof zone>, path));
      return `${file}:${line}:${column}`;
    };
    expect(at('soa.retry')).toBe('zones/sub.example.com.yaml:1:15');
    expect(at('soa')).toBe('zones/sub.example.com.yaml:1:6');
    expect(at('soa.minimum')).toBe('config/good.yaml:3:79');
    expect(at('ttl')).toBe('config/good.yaml:8:10');
    expect(at('dnssec')).toBe('config/good.yaml:9:13');
    expect(at('checks.ttl-zero')).toBe('config/good.yaml:10:25');
    expect(at('checks.single-ns')).toBe('config/good.yaml:13:37');
  });
});
