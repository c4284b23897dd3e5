const EVERY_MS = 2_000;

/** Tells how far each kind of thing is, every two seconds and at its end. */
export function createProgress(
  tell: (line: string) => void,
  nowMs: () => number,
): (what: string, done: number, all: number) => void {
  let toldAtMs = -Infinity;
  return (what, done, all) => {
    if (done < all && nowMs() - toldAtMs < EVERY_MS) return;
    toldAtMs = nowMs();
    tell(`${done.toLocaleString('en')} of ${all.toLocaleString('en')} ${what}`);
  };
}
