import { randomBytes } from 'node:crypto';
import { addDocument, purgeDocuments, readDocument } from '../../state/documents/documents.ts';
import type { State } from '../../state/state.ts';

/** How long a plan can be read, in milliseconds, and how much of it, in characters. */
const KEPT = 90 * 86_400_000;
const LONGEST = 4 * 1024 * 1024;

const ID = /^[A-Za-z0-9_-]{43}$/;

/**
 * Keeps the whole text of a plan for those who know its name, which nobody guesses. `of` is what it is about; its plan of
 * before is forgotten. Gives the name.
 */
export async function keepPlan(state: State, of: string, text: string): Promise<string> {
  const id = randomBytes(32).toString('base64url');
  const body = text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\nand more, which is not kept\n`;
  await state.transaction(async (tx) => {
    await purgeDocuments(tx, 'plan', { before: state.now() - KEPT, status: of });
    await addDocument(state, tx, 'plan', id, { status: of, body });
  });
  return id;
}

/** The text of a plan by its name; `undefined` where there is none, or none any more. */
export async function readPlan(state: State, id: string): Promise<string | undefined> {
  return ID.test(id) ? (await readDocument<string>(state.query, 'plan', id))?.body : undefined;
}
