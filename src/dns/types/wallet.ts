import { characterStrings } from '../fields/string.ts';
import { defineType } from '../rrtype.ts';

/** `@ WALLET "BTC" "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh"` */
export const WALLET = defineType({
  name: 'WALLET',
  code: 262,
  about: 'The address of a wallet of a cryptocurrency.',
  standards: ['IANA template WALLET/wallet-completed-template'],
  fields: [{ name: 'strings', kind: characterStrings, about: 'The character strings: the currency and the address.' }],
  examples: ['"BTC" "bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh"'],
  loadedBy: ['BIND'],
});
