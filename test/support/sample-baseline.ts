import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import type { DriftBaseline } from '../../services/core/quality/drift-baseline.ts';

/** A population in which the named features lie evenly between 0 and 10, one in eleven unknown. */
export function sampleBaseline(
  names: readonly string[] = ['mo_calls_7d', 'days_since_top_up', 'mo_calls_change_28d'],
): DriftBaseline {
  const edges = Float32Array.from({ length: 9 }, (_, i) => i + 1);
  const counts = Array.from({ length: 10 }, () => 100);
  return {
    rows: 1_100,
    features: names.map((name) => ({ name, index: FEATURE_NAMES.indexOf(name), edges, counts, missing: 100 })),
    score: { edges: Float32Array.of(0.25, 0.5, 0.75), counts: [275, 275, 275, 275] },
  };
}
