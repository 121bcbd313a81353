import { addNode, listNodes, powerNode } from '../../../pipeline/fleet.ts';
import { listAccounts } from '../../../state/accounts/account.ts';
import type { NodeEntry, NodeLocation } from '../../../zone/inventory/inventory.ts';
import type { Services } from '../../services.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { type Ask, changeFile, isAdmin, type OpenAsk, type Routes, required } from './ask.ts';
import { done, not, refused } from './say.ts';

/** Nodes and what is counted. */
export const nodeRoutes: Routes = [
  { method: 'GET', path: '/counters', run: { access: 'open', run: counters } },
  { method: 'GET', path: '/nodes/geoloc', run: { access: 'open', run: geolocations } },
  { method: 'POST', path: '/nodes/add', run: { access: 'admin', run: add } },
  { method: 'GET', path: '/nodes/list', run: { access: 'account', run: list } },
  { method: 'POST', path: '/nodes/power', run: { access: 'admin', run: power } },
  { method: 'GET', path: '/stats', run: { access: 'admin', run: stats } },
];

async function counters({ services }: OpenAsk): Promise<Answer> {
  const { nodes, locations, pops } = await count(services);
  return done({ locations, nodes, pops });
}

async function geolocations({ services }: OpenAsk): Promise<Answer> {
  const nodes = await listNodes(services.origin);
  return done(Object.fromEntries([...nodes].map(([name, node]) => [name, geolocOf(node)])));
}

async function add(ask: Ask): Promise<Answer> {
  const names = ['name', 'provider', 'connectivity', 'datacenter', 'geoloc', 'location', 'management_ip', 'http'];
  const fields = required(ask, ...names);
  if (isAnswer(fields)) return fields;
  const texts = new Map(names.map((name) => [name, textOf(fields.get(name))]));
  const text = (name: string): string => texts.get(name) ?? '';
  const location = placeOf(text);
  if (location === undefined) return not('geoloc must be "latitude, longitude"');
  const { services, caller } = ask;
  const node = { name: text('name'), host: text('management_ip'), location, web: text('http') === 'true' };
  return (
    (await changeFile(ask, node, (aside) => addNode(services.origin, caller, node, aside))) ??
    done(`Added ${node.name}`)
  );
}

function placeOf(text: (name: string) => string): NodeLocation | undefined {
  const [lat, lon, ...rest] =
    text('geoloc') === ''
      ? []
      : text('geoloc')
          .split(',')
          .map((part) => part.trim());
  const degrees = [lat, lon].map((part) => (/^-?\d{1,3}(\.\d{1,15})?$/.test(part ?? '') ? Number(part) : undefined));
  if (text('geoloc') !== '' && (rest.length > 0 || degrees.includes(undefined))) return undefined;
  const place = {
    name: text('location'),
    lat: degrees[0],
    lon: degrees[1],
    datacenter: text('datacenter'),
    provider: text('provider'),
    connectivity: text('connectivity'),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined && value !== ''));
}

async function list(ask: Ask): Promise<Answer> {
  const admin = isAdmin(ask);
  const nodes = await listNodes(ask.services.origin);
  return done([...nodes.values()].map((node) => rowOf(node, admin)));
}

function rowOf(node: NodeEntry, admin: boolean): Readonly<Record<string, unknown>> {
  const { name, location, host, web } = node;
  return {
    name,
    provider: location?.provider ?? '',
    geoloc: geolocOf(node),
    location: location?.name ?? '',
    ...(admin && {
      connectivity: location?.connectivity ?? '',
      datacenter: location?.datacenter ?? '',
      http: web,
      management_ip: host ?? '',
    }),
  };
}

async function power(ask: Ask): Promise<Answer> {
  const fields = required(ask, 'name', 'state');
  if (isAnswer(fields)) return fields;
  const [name, state] = [textOf(fields.get('name')), fields.get('state')];
  if (state !== 'on' && state !== 'off') return not('state must be either "on" or "off"');
  const { services, caller } = ask;
  const { origin, rollouts, now } = services;
  const outcome = await powerNode(origin, caller, {
    node: name,
    on: state === 'on',
    now: now(),
    turn: rollouts.setAnnounced,
  });
  if (outcome.kind === 'no-node') return not(`node "${name.slice(0, 100)}" doesn't exist`);
  return refused(outcome) ?? done(`Set BGP status to ${state}`);
}

async function stats({ services }: Ask): Promise<Answer> {
  const { nodes, locations } = await count(services);
  const users = (await listAccounts(services.state.query)).length;
  return done({ locations, nodes, users, zones: services.origin.size() });
}

async function count({ origin }: Services): Promise<{ nodes: number; locations: number; pops: number }> {
  const nodes = [...(await listNodes(origin)).values()];
  const different = (key: 'name' | 'datacenter'): number =>
    new Set(nodes.flatMap(({ location }) => location?.[key] ?? [])).size;
  return { nodes: nodes.length, locations: different('name'), pops: different('datacenter') };
}

/** `50.11, 8.68`, as the provider's map takes it apart. */
function geolocOf({ location }: NodeEntry): string {
  return location?.lat === undefined || location.lon === undefined ? '' : `${location.lat}, ${location.lon}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
