/**
 * Divides an integer total by weights into integers that add up to it exactly, none above `cap` (largest remainders).
 * Weights are ≥ 0; where all are 0 the parts are level. A total below zero gives parts below zero.
 *
 * @throws RangeError if there are no parts for a total, or the cap leaves too little room.
 */
export function apportion(total: number, weights: readonly number[], cap = Infinity): number[] {
  if (total < 0) return apportion(-total, weights, cap).map((part) => (part === 0 ? 0 : -part));
  if (total > 0 && weights.length * cap < total)
    throw new RangeError(`no room for ${total} in ${weights.length} parts`);
  if (weights.length === 0) {
    if (total !== 0) throw new RangeError(`no parts for ${total}`);
    return [];
  }
  const exact = shareOut(total, weights, cap);
  const parts = exact.map((value) => Math.min(cap, Math.floor(value)));
  let left = total - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  while (left > 0) {
    for (const { index } of byRemainder) {
      if (left === 0) break;
      const part = parts[index] ?? 0;
      if (part >= cap) continue;
      parts[index] = part + 1;
      left -= 1;
    }
  }
  return parts;
}

/** Real-valued shares, each at most `cap`: what the cap cuts off goes to the others by their weights. */
function shareOut(total: number, weights: readonly number[], cap: number): number[] {
  const largest = Math.max(...weights);
  // Never quite 0, so that parts of weight 0 can take what the cap keeps from the others.
  const open = weights.map((weight, index) => ({ index, weight: largest > 0 ? Math.max(weight / largest, 1e-9) : 1 }));
  const shares = weights.map(() => 0);
  let left = total;
  let free = open;
  while (free.length > 0) {
    const scale = left / free.reduce((sum, { weight }) => sum + weight, 0);
    const capped = free.filter(({ weight }) => weight * scale >= cap);
    if (capped.length === 0) {
      for (const { index, weight } of free) shares[index] = weight * scale;
      break;
    }
    for (const { index } of capped) shares[index] = cap;
    left -= cap * capped.length;
    free = free.filter(({ weight }) => weight * scale < cap);
  }
  return shares;
}
