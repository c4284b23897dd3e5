/**
 * Draws subscribers by popularity: the one of rank r is drawn in proportion to 1 / r^exponent. Exponent 0 draws all
 * alike, 1 is Zipf's law.
 *
 * @returns a function from a uniform number (0–1) to an index from 0, the most popular.
 */
export function createSubscriberDraw(subscribers: number, exponent: number): (uniform: number) => number {
  if (exponent === 0) return (uniform) => Math.floor(uniform * subscribers);
  const upTo = new Float64Array(subscribers);
  let sum = 0;
  for (let index = 0; index < subscribers; index++) {
    sum += (index + 1) ** -exponent;
    upTo[index] = sum;
  }
  return function draw(uniform) {
    const wanted = uniform * sum;
    let [low, high] = [0, subscribers - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? Infinity) <= wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
