/** Milliseconds of processor time that this process has taken since `before`. None go by while other programs run, as on a clock. */
export function costSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
