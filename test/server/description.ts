import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** A response of the description, as far as it is looked at. */
interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** The description that a server gives of itself, as far as it is looked at. */
export interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { operationId: string; responses: Record<string, Response> }>>>
  >;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const compiled = new Map<string, ValidateFunction>();

function validator(description: Description, at: string[], status: number, type: string): ValidateFunction {
  if (ajv.getSchema('api') === undefined) ajv.addSchema(description, 'api');
  const path = ['paths', ...at, 'responses', String(status), 'content', type, 'schema'];
  const pointer = path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent);
  return ajv.compile({ $ref: `api#/${pointer.join('/')}` });
}

/** What is wrong with an answer of the native API, held against the description; nothing where it is as described. */
export function answerFaults(
  description: Description,
  method: string,
  target: string,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
): string[] {
  const path = new URL(target, 'http://localhost').pathname;
  const found = Object.entries(description.paths).flatMap(([template, operations]) => {
    const form = new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`);
    const operation = operations[method.toLowerCase()];
    return form.test(path) && operation !== undefined ? [{ path: template, ...operation }] : [];
  });
  const [operation] = found;
  if (operation === undefined)
    return [400, 401, 404, 405].includes(answer.status) ? [] : ['there is no such operation'];
  const response = operation.responses[answer.status];
  if (response === undefined) return [`${operation.operationId} is not described to answer ${answer.status}`];
  const type = (answer.headers.get('content-type') ?? '').replace(/;.*/, '');
  if (response.content === undefined || answer.text === '')
    return answer.text === '' ? [] : [`${operation.operationId} ${answer.status} has a body`];
  if (response.content[type] === undefined)
    return [`${operation.operationId} ${answer.status} is not described to be ${type}`];
  if (!type.includes('json')) return [];
  const key = `${operation.operationId} ${answer.status}`;
  const validate =
    compiled.get(key) ?? validator(description, [operation.path, method.toLowerCase()], answer.status, type);
  compiled.set(key, validate);
  if (validate(JSON.parse(answer.text))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${key}: ${instancePath} ${message}`);
}
