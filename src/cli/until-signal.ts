/** Waits for Ctrl-C or a termination signal; whoever waits then ends in order. A second signal ends the process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.removeAllListeners(signal);
      process.once(signal, () => done());
    }
  });
}
