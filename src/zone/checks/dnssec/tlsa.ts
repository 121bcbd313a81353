/** The fields of a TLSA or SMIMEA (RFC 6698 section 2.1, RFC 8162 section 2). */
export interface Tlsa {
  readonly usage: number;
  readonly selector: number;
  readonly matching: number;
  readonly data: string;
}

/** Takes the rdata of a TLSA or SMIMEA apart. */
export function readTlsa(rdata: string): Tlsa {
  return {
    usage: rdata.charCodeAt(0),
    selector: rdata.charCodeAt(1),
    matching: rdata.charCodeAt(2),
    data: rdata.slice(3),
  };
}
