/** Standard input of commands that read it one after the other. */
export interface Said {
  /** The next line, without its end; empty at the end of all. */
  line(): string;
  /** The next octets; fewer where there are no more. */
  octets(size: number): Buffer;
  /** All that is left. */
  rest(): string;
}

/** Opens what was said. */
export function openSaid(text: string): Said {
  let left = Buffer.from(text);
  const take = (size: number): Buffer => {
    const taken = left.subarray(0, size);
    left = left.subarray(size);
    return taken;
  };
  return {
    line() {
      const end = left.indexOf(10);
      const line = take(end < 0 ? left.length : end).toString();
      take(1);
      return line;
    },
    octets: take,
    rest: () => take(left.length).toString(),
  };
}
