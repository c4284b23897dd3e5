/** Points and weights of a sum that stands for an integral from 0 to 1. */
export interface QuadratureRule {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Gauss–Legendre rule of `count` ≥ 1 points on [0, 1]: exact, up to rounding, for every polynomial of a degree below
 * 2 × count. The points are the roots of the Legendre polynomial, found by Newton's method from the usual first guess.
 */
export function gaussLegendre(count: number): QuadratureRule {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 0;
    // Quadratic convergence: six steps are more than float64 can tell apart.
    for (let step = 0; step < 6; step += 1) {
      const legendre = legendreAt(count, x);
      slope = legendre.slope;
      x -= legendre.value / slope;
    }
    slope = legendreAt(count, x).slope;
    points[index] = (1 - x) / 2;
    weights[index] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

function legendreAt(degree: number, x: number): { readonly value: number; readonly slope: number } {
  let previous = 1;
  let value = x;
  for (let n = 2; n <= degree; n += 1) {
    [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
  }
  return { value, slope: (degree * (x * value - previous)) / (x * x - 1) };
}
