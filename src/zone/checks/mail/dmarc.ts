/** Whether a text is a DMARC record: the version stands first (RFC 7489 section 6.3). */
export function isDmarc(text: string): boolean {
  return /^v\s*=\s*DMARC1\s*(;|$)/.test(text);
}
