// What a hostile document may cost. Sizes are in UTF-16 units of the text.

/** The largest document, unless the caller says otherwise. */
export const MAX_SIZE = 256 * 1024 * 1024;

/** The largest text that is read with `yaml` as a whole: it takes up to 4 µs and 400 bytes of memory a character. */
export const MAX_GENERAL_SIZE = 2 * 1024 * 1024;

/** How many items and entries may be kept in memory at once, some 150 bytes each; a zone of a million records has 2 million. */
export const MAX_MEMBERS = 4_000_000;

/** How deep maps and lists may be nested; a zone needs six. */
export const MAX_DEPTH = 64;

/** How many aliases a document may hold. */
export const MAX_ALIASES = 1000;

/** How many nodes the aliases of a document may stand for, all together. */
export const MAX_EXPANSION = 100_000;
