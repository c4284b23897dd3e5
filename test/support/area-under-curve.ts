/** Share of pairs of a churner and another in which the churner has the higher score; a tie counts half. */
export function areaUnderCurve(isChurner: readonly boolean[], scores: Float32Array): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [rankSum, churners] = [0, 0];
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]) to++;
    const ofTie = order.slice(from, to).filter((row) => isChurner[row]).length;
    // Ranks from + 1 … to, of which those of a tie have the mean.
    rankSum += (ofTie * (from + 1 + to)) / 2;
    churners += ofTie;
    from = to;
  }
  return (rankSum - (churners * (churners + 1)) / 2) / (churners * (order.length - churners));
}
