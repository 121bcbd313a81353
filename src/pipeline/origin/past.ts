import { type ReadDocument, readDocument } from '../../compile/project.ts';
import { blobId, CONFIG_FILE } from '../../compile/source/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Files } from '../../git/snapshot.ts';
import { readConfig } from '../../zone/config.ts';
import type { SourceFile } from '../../zone/source.ts';
import { NotLoaded } from './shelf.ts';

/** A zone's document as some files have it, read with their configuration and templates; `undefined` where it is not there. */
export async function readPast(
  files: Files,
  zone: DomainName,
  path: string,
): Promise<{ readonly text: string; readonly read: ReadDocument } | undefined> {
  const text = await files.read(path);
  if (text === undefined) return undefined;
  const config = await files.read(CONFIG_FILE);
  const source = config === undefined ? undefined : { path: CONFIG_FILE, text: config };
  const bytes = Buffer.from(text);
  const templates = new Map<string, SourceFile | undefined>();
  const from = {
    config: readConfig(source).config,
    pathOf: () => path,
    read: () => ({ id: blobId(bytes), bytes }),
    template(name: string): SourceFile | undefined {
      if (!templates.has(name)) throw new NotLoaded(name);
      return templates.get(name);
    },
  };
  for (;;) {
    try {
      return { text, read: readDocument(from, zone) };
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      const template = `templates/${error.path}.yaml`;
      const content = await files.read(template);
      templates.set(error.path, content === undefined ? undefined : { path: template, text: content });
    }
  }
}
