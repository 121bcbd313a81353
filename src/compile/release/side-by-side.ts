/** How many zones are signed and written at a time: some are written while threads sign others. */
const AT_A_TIME = 8;

/**
 * Writes zones, some at a time, in their order, as long as nothing is in the way. The first error stops it, and is thrown when
 * none of them writes any more.
 */
export async function sideBySide<T>(
  zones: readonly T[],
  isStopped: () => boolean,
  write: (zone: T) => Promise<void>,
): Promise<void> {
  const left = zones.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    try {
      for (const zone of left) {
        if (failed || isStopped()) return;
        await write(zone);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const lanes = Array.from({ length: Math.min(AT_A_TIME, zones.length) }, lane);
  const fault = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
  if (fault?.status === 'rejected') throw fault.reason;
}
