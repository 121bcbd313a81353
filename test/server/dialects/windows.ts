import type { dialectNames } from '../../../src/zone/document/server.ts';

/** A record as every window must show it: names absolute with a final dot, the priority in the value. */
export interface TableRecord {
  readonly owner: string;
  readonly type: string;
  readonly ttl: number;
  readonly value: string;
}

/** Where a window finds the server, and its credentials. */
export interface Access {
  readonly url: string;
  /** The secret of a token. */
  readonly token: string;
}

/** One way to make and to read zones: a dialect, or the native API. */
export interface Window {
  readonly name: (typeof dialectNames)[number] | 'native';
  /** The types that can be made through it. */
  readonly makes: ReadonlySet<string>;
  /** Makes a zone with records. */
  make(access: Access, zone: string, records: readonly TableRecord[]): Promise<void>;
  /** The records that it shows of a zone; those of the SOA and the zone's own name servers are not asked for. */
  read(access: Access, zone: string): Promise<TableRecord[]>;
}

/** Sends a request with a body of JSON and gives the body of the answer; anything but success is an error. */
export async function request<T>(
  { url }: Access,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text === '' ? 'null' : text) as T;
}

const all = new Set(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SRV', 'TXT']);

const native: Window = {
  name: 'native',
  makes: all,
  async make(access, zone, records) {
    const headers = { authorization: `Bearer ${access.token}` };
    await request(access, 'POST', '/api/v1/zones', headers, { name: zone });
    const changes = records.map(({ owner, type, ttl, value }) => ({
      op: 'add',
      name: relative(owner, zone),
      type,
      ttl,
      values: [value],
    }));
    await request(access, 'POST', `/api/v1/zones/${zone}/changes`, headers, { changes });
  },
  async read(access, zone) {
    type Listed = { rrsets: { name: string; type: string; ttl: number; values: string[] }[] };
    const headers = { authorization: `Bearer ${access.token}` };
    const { rrsets } = await request<Listed>(access, 'GET', `/api/v1/zones/${zone}/rrsets`, headers);
    return rrsets.flatMap(({ name, type, ttl, values }) =>
      values.map((value) => ({ owner: absolute(name, zone), type, ttl, value })),
    );
  },
};

const luadns: Window = {
  name: 'luadns',
  makes: all,
  async make(access, zone, records) {
    const headers = basic(access);
    const { id } = await request<{ id: number }>(access, 'POST', '/luadns/v1/zones', headers, { name: zone });
    for (const { owner, type, ttl, value } of records)
      await request(access, 'POST', `/luadns/v1/zones/${id}/records`, headers, {
        name: owner,
        type,
        content: value,
        ttl,
      });
  },
  async read(access, zone) {
    type Row = { name: string; type: string; ttl: number; content: string };
    const headers = basic(access);
    const zones = await request<{ id: number; name: string }[]>(access, 'GET', '/luadns/v1/zones', headers);
    const id = zones.find(({ name }) => name === zone)?.id;
    const rows = await request<Row[]>(access, 'GET', `/luadns/v1/zones/${id}/records`, headers);
    return rows.map(({ name, type, ttl, content }) => ({ owner: name, type, ttl, value: content }));
  },
};

const vps: Window = {
  name: 'vps',
  makes: all,
  async make(access, zone, records) {
    const headers = { authorization: `Bearer ${access.token}` };
    const { uuid } = await request<{ uuid: string }>(access, 'POST', '/vps/api/v1/dns-zones/', headers, {
      domain: zone,
    });
    for (const { owner, type, ttl, value } of records) {
      const parts = type === 'MX' || type === 'SRV' ? /^(\d+) (.*)$/.exec(value) : null;
      await request(access, 'POST', `/vps/api/v1/dns-zones/${uuid}/records/`, headers, {
        record_type: type,
        name: relative(owner, zone),
        value: (parts?.[2] ?? value).replace(/(?<=[a-z])\.$/, ''),
        ttl,
        ...(parts !== null && { priority: Number(parts[1]) }),
      });
    }
  },
  async read(access, zone) {
    type Row = { name: string; record_type: string; ttl: number; value: string; priority: number | null };
    const headers = { authorization: `Bearer ${access.token}` };
    const path = `/vps/api/v1/dns-zones/?domain=${zone}`;
    const [found] = await request<{ uuid: string }[]>(access, 'GET', path, headers);
    const rows = await request<Row[]>(access, 'GET', `/vps/api/v1/dns-zones/${found?.uuid}/records/`, headers);
    return rows.map(({ name, record_type: type, ttl, value, priority }) => ({
      owner: absolute(name, zone),
      type,
      ttl,
      value: `${priority === null ? '' : `${priority} `}${value}${named.has(type) ? '.' : ''}`,
    }));
  },
};

/** A record with its priority beside the value, and names without their final dots. */
function dotless({ owner, type, ttl, value }: TableRecord, priority: string): Record<string, unknown> {
  const parts = type === 'MX' || type === 'SRV' ? /^(\d+) (.*)$/.exec(value) : null;
  const content = parts?.[2] ?? value;
  return {
    name: owner.slice(0, -1),
    type,
    content: named.has(type) ? content.slice(0, -1) : content,
    ttl,
    ...(parts !== null && { [priority]: Number(parts[1]) }),
  };
}

/** The record of a row whose names have no final dots. */
function dotted(row: { name: string; type: string; content: string; ttl: unknown }, priority: unknown): TableRecord {
  const { name, type, content, ttl } = row;
  const before = type === 'MX' || type === 'SRV' ? `${priority} ` : '';
  const value = `${before}${content}${named.has(type) ? '.' : ''}`;
  return { owner: `${name}.`, type, ttl: Number(ttl), value };
}

const customdns: Window = {
  name: 'customdns',
  makes: all,
  async make(access, zone, records) {
    const headers = { 'x-customdns-api-key': access.token, accept: 'application/json' };
    const base = '/customdns/jpower-admin/rest';
    await request(access, 'POST', `${base}/zone`, headers, { name: zone });
    for (const record of records)
      await request(access, 'POST', `${base}/zone/${zone}`, headers, dotless(record, 'prio'));
  },
  async read(access, zone) {
    type Row = { name: string; type: string; content: string; ttl: number; prio: number };
    const headers = { 'x-customdns-api-key': access.token, accept: 'application/json' };
    const path = `/customdns/jpower-admin/rest/zone/${zone}/records`;
    const rows = await request<Row[]>(access, 'GET', path, headers);
    return rows.map((row) => dotted(row, row.prio));
  },
};

const tonicdns: Window = {
  name: 'tonicdns',
  makes: all,
  async make(access, zone, records) {
    const headers = { 'x-authentication-token': access.token };
    const rows = records.map((record) =>
      dotless(record.type === 'TXT' ? { ...record, value: `"${record.value}"` } : record, 'priority'),
    );
    await request(access, 'PUT', '/tonicdns/zone', headers, { name: zone, type: 'MASTER', records: rows });
  },
  async read(access, zone) {
    type Row = { name: string; type: string; content: string; ttl: string; priority: string | null };
    const headers = { 'x-authentication-token': access.token };
    const { records } = await request<{ records: Row[] }>(access, 'GET', `/tonicdns/zone/${zone}`, headers);
    return records.map((row) => dotted(row, row.priority));
  },
};

const packetframe: Window = {
  name: 'packetframe',
  makes: new Set(['A', 'AAAA', 'CNAME', 'MX', 'SRV', 'TXT']),
  async make(access, zone, records) {
    const headers = { 'x-api-key': access.token };
    await say(access, 'POST', '/zones/add', headers, { zone });
    for (const { owner, type, ttl, value } of records) {
      const parts = type === 'MX' || type === 'SRV' ? value.split(' ') : [];
      const [priority, weight, port] = parts;
      const rest = parts.length === 0 ? value : parts.at(-1);
      const body = { label: owner, type, ttl, value: rest, priority, weight, port, proxied: false };
      await say(access, 'POST', `/zone/${zone}/add`, headers, body);
    }
  },
  async read(access, zone) {
    type Row = { label: string; type: string; ttl: number; value: string };
    const rows = await say<Row[]>(access, 'GET', `/zone/${zone}/records`, { 'x-api-key': access.token });
    return rows.map(({ label, type, ttl, value }) => ({ owner: absolute(label, zone), type, ttl, value }));
  },
};

/** The message of an answer, of which the status tells nothing. */
async function say<T>(...[access, method, path, headers, body]: Parameters<typeof request>): Promise<T> {
  const answer = await request<{ success: boolean; message: T }>(
    access,
    method,
    `/packetframe/api${path}`,
    headers,
    body,
  );
  if (!answer.success) throw new Error(`${method} ${path}: ${String(answer.message)}`);
  return answer.message;
}

/** Types whose values end in a name, from which some providers take the final dot. */
const named = new Set(['CNAME', 'MX', 'NS', 'SRV']);

function basic({ token }: Access): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`joe@example.com:${token}`).toString('base64')}` };
}

/** A name as it is relative to a zone. */
export function relative(owner: string, zone: string): string {
  return owner === `${zone}.` ? '@' : owner.slice(0, -zone.length - 2);
}

/** A name that is relative to a zone, in full. */
export function absolute(name: string, zone: string): string {
  return name === '@' ? `${zone}.` : `${name}.${zone}.`;
}

/** Every window. A dialect that is registered has a row here. */
export const windows: readonly Window[] = [native, luadns, vps, customdns, tonicdns, packetframe];
