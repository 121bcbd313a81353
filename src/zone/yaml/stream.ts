import type { ScalarNode, YamlNode } from './node.ts';

/** Takes one entry of a map that is read as a stream; entries come in the order of the text, keys are unique. */
export type EntryConsumer = (key: ScalarNode, value: YamlNode) => void;

/** Asks for the entries of one map of the document to be handed over as they are read instead of being kept. */
export interface EntryStream {
  /** The key of the map in the document's outermost map. */
  readonly key: string;
  /** Called when reading begins, and again if it has to begin anew: what earlier consumers got is then void. */
  readonly open: () => EntryConsumer;
}

/** One reading of a stream. */
export interface OpenStream {
  readonly key: string;
  readonly consume: EntryConsumer;
}
