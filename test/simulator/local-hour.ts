/** Local hour of the day, 0–23. */
export function localHourAt(atMs: number, utcOffsetMinutes: number): number {
  return new Date(atMs + utcOffsetMinutes * 60_000).getUTCHours();
}
