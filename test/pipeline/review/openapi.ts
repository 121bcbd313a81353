import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** A part of a description of an API, as far as it is looked at. */
type Json = { [key: string]: unknown };

/** An operation of the description that a request is for. */
export interface Operation {
  /** `POST /repos/{owner}/{repo}/check-runs`. */
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** What is wrong with the request; nothing where it is as described. */
  faults(query: URLSearchParams, body: unknown): string[];
  /** The description's own example of an answer. */
  example(status: number): Json;
  /** What is wrong with an answer. */
  answerFaults(status: number, body: unknown): string[];
}

/** GitHub's published description of its API. */
export interface Description {
  /** The operation of a request; `undefined` where GitHub has none. */
  find(method: string, path: string): Operation | undefined;
}

/** Reads GitHub's description; it takes a second, so once a file is enough. */
export function githubDescription(): Description {
  const file = new URL('../../../node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url);
  const document = JSON.parse(readFileSync(file, 'utf8')) as { paths: Json; components: Json };
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, logger: false });
  formats.default(ajv);
  // What OpenAPI 3.0 says in a word of its own.
  for (const schema of Object.values(document.components.schemas as Json)) nullable(schema);
  ajv.addSchema({ components: document.components }, 'github');
  const resolve = (part: unknown): Json => {
    const ref = (part as Json | undefined)?.$ref;
    if (typeof ref !== 'string') return (part ?? {}) as Json;
    return ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key] as Json, document as unknown as Json);
  };
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (key: string, schema: unknown): ValidateFunction => {
    let validate = compiled.get(key);
    if (validate === undefined) {
      const text = JSON.stringify(nullable(schema)).replaceAll('"$ref":"#/', '"$ref":"github#/');
      validate = ajv.compile(JSON.parse(text));
      compiled.set(key, validate);
    }
    return validate;
  };
  const said = (validate: ValidateFunction, value: unknown, where: string): string[] =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath} ${message}`);
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    form: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{([^}]+)\}/g, '([^/]+)')}$`),
    names: [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name as string),
    fixed: path.replace(/\{[^}]+\}/g, '').length,
  }));
  templates.sort((a, b) => a.names.length - b.names.length || b.fixed - a.fixed);

  return {
    find(method, path) {
      const found = templates.find(
        (each) => each.form.test(path) && (document.paths[each.path] as Json)[method.toLowerCase()] !== undefined,
      );
      if (found === undefined) return undefined;
      const name = `${method} ${found.path}`;
      const operation = (document.paths[found.path] as Json)[method.toLowerCase()] as Json;
      const values = found.form.exec(path)?.slice(1) ?? [];
      const parameters = new Map(found.names.map((key, i) => [key, decodeURIComponent(values[i] as string)]));
      const declared = ((operation.parameters ?? []) as unknown[]).map(resolve);
      const answer = (status: number): Json =>
        resolve(resolve((operation.responses as Json | undefined)?.[status]).content)['application/json'] as Json;
      return {
        name,
        parameters,
        faults(query, body) {
          const faults: string[] = [];
          for (const { name: key, in: place, schema } of declared) {
            const given = place === 'path' ? parameters.get(key as string) : query.get(key as string);
            if (given == null) continue;
            const { type } = resolve(schema);
            const value = type === 'integer' || type === 'number' ? Number(given) : given;
            faults.push(...said(validatorOf(`${name} ${key}`, schema), value, String(key)));
          }
          for (const key of query.keys()) {
            if (!declared.some(({ name: known, in: place }) => place === 'query' && known === key))
              faults.push(`unknown ${key}`);
          }
          const { required, content } = resolve(operation.requestBody);
          const schema = ((content as Json | undefined)?.['application/json'] as Json | undefined)?.schema;
          if (schema === undefined) return body === undefined ? faults : [...faults, 'a body where none belongs'];
          if (body === undefined) return required === true ? [...faults, 'no body'] : faults;
          faults.push(...said(validatorOf(`${name} body`, schema), body, 'body'));
          // GitHub passes over what it does not know; a client that says such things means something else.
          const properties = resolve(schema).properties as Json | undefined;
          for (const key of Object.keys(body as object)) {
            if (properties !== undefined && !(key in properties)) faults.push(`body/${key} is unknown`);
          }
          return faults;
        },
        example(status) {
          const [first] = Object.values((answer(status)?.examples ?? {}) as Json);
          return structuredClone(resolve(first).value) as Json;
        },
        answerFaults(status, body) {
          if ((operation.responses as Json)[status] === undefined) return [`${status} is no answer of ${name}`];
          const schema = answer(status)?.schema;
          return schema === undefined ? [] : said(validatorOf(`${name} ${status}`, schema), body, 'answer');
        },
      };
    },
  };
}

/** Says `nullable` in the words of JSON Schema. Changes what it is given. */
function nullable(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  for (const value of Object.values(schema)) nullable(value);
  const own = schema as Json;
  if (own.nullable !== true) return schema;
  delete own.nullable;
  if (Array.isArray(own.enum) && !own.enum.includes(null)) own.enum = [...own.enum, null];
  if (typeof own.type === 'string') own.type = [own.type, 'null'];
  else {
    const inner = { ...own };
    for (const key of Object.keys(own)) delete own[key];
    own.anyOf = [inner, { type: 'null' }];
  }
  return schema;
}
