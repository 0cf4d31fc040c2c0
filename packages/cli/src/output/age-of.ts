/** `45s`, `7m12s`, `3h5m`, `2d4h`: how long ago, in two units at most, as Code Engine prints it. */
export function ageOf(time: string | undefined, nowMs: number = Date.now()): string {
  const since = Date.parse(time ?? '');
  if (Number.isNaN(since)) return '';
  const seconds = Math.max(0, Math.floor((nowMs - since) / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}m${seconds % 60}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d${hours % 24}h`;
}
