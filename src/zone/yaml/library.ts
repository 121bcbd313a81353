import { createRequire } from 'node:module';

type Library = typeof import('yaml');

let library: Library | undefined;

/** The `yaml` package. It has 70 files, and plain documents need none of them: it is loaded for the first text that does. */
export function yamlLibrary(): Library {
  library ??= createRequire(import.meta.url)('yaml') as Library;
  return library;
}
