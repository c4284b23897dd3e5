import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runExport } from '../../models/export/run-export.ts';
import { createTopicSource } from '../../models/export/topic-source.ts';
import { readExportedVectors } from '../../models/pipeline/read-exported-vectors.ts';
import type { ExportedVector } from '../../models/pipeline/read-exported-vectors.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import type { KnownLabel } from '../../services/core/labels/label-table.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { LoadedRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import type { Installation } from './installation.ts';
import { subscribersOf } from './installation-state.ts';

/**
 * The training set of an installation's input topic, written as Parquet and read back.
 *
 * @param asOfsMs ascending.
 * @param labels everybody stays unless told.
 */
export async function exportTopic(
  shop: Installation,
  asOfsMs: readonly number[],
  labels?: ReadonlyMap<string, KnownLabel>,
): Promise<ExportedVector[]> {
  const policy = loadPolicy(join(shop.directory, 'policy.yaml'));
  const calendar = createCivilCalendar(policy.timeZone);
  const table = labels ?? (await labelsOfEverybody(shop));
  const plan = { policy, calendar, asOfsMs, knownThroughMs: undefined, labels: { type: 'table' as const, table } };
  const source = createTopicSource(shop.kafka, shop.topics.input, 'log', (partition) => {
    throw new Error(`partition ${partition} has lost its beginning`);
  });
  const path = join(shop.directory, 'vectors.parquet');
  writeFileSync(path, (await runExport(plan, source)).encode());
  return readExportedVectors(path);
}

/** The model's scores of vectors, all in one batch. */
export async function scoresOf(
  model: Pick<LoadedRiskModel, 'scoreBatch' | 'close'>,
  exported: readonly ExportedVector[],
): Promise<Float32Array> {
  const rows = new Float32Array(exported.length * FEATURE_NAMES.length);
  exported.forEach(({ vector }, i) => {
    rows.set(vector, i * FEATURE_NAMES.length);
  });
  try {
    return await model.scoreBatch(rows, exported.length);
  } finally {
    await model.close();
  }
}

async function labelsOfEverybody(shop: Installation): Promise<Map<string, KnownLabel>> {
  const ids = [...(await subscribersOf(shop)).keys()];
  return new Map(ids.map((id) => [id, { label: 0, maturedAtMs: Infinity }]));
}
