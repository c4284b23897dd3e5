/**
 * Makes a training set from an event log, see help.ts. It only reads: a run that ends early is started again.
 */
import { configOrExit } from '../../services/platform/config/config-or-exit.ts';
import { readConfig } from './config.ts';
import type { ExportConfig } from './config.ts';
import { newExportCounts } from './export-counts.ts';
import { createFilesSource } from './files-source.ts';
import { HELP } from './help.ts';
import { hintWithoutRows } from './hint-without-rows.ts';
import { runExport } from './run-export.ts';
import type { LogSource } from './source-record.ts';
import { hintAtTable, summarize, toLines } from './summary.ts';
import { createTopicSource } from './topic-source.ts';
import { writeTrainingFile } from './training-file.ts';

const PROGRESS_EVERY_MS = 5_000;
const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const config = configOrExit('export', readConfig(args));
  try {
    process.exitCode = await exportTo(config);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function exportTo({ plan, source, identifiers, out, json }: ExportConfig): Promise<number> {
  const counts = newExportCounts();
  const progress = setInterval(() => {
    tell(`${counts.records} records of ${counts.partitions} partitions read`);
  }, PROGRESS_EVERY_MS);
  progress.unref();
  const made = await runExport(plan, openSource({ source, identifiers }), counts);
  clearInterval(progress);
  const { rows } = made;
  const sha256 = rows.length === 0 ? undefined : await writeTrainingFile(out, made.encode());
  const summary = summarize(rows, counts, sha256);
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${toLines(summary).join('\n')}\n`);
  const hint = hintAtTable(plan.labels, counts);
  if (hint !== undefined) tell(hint);
  if (sha256 !== undefined) return 0;
  tell('no rows: nothing was written');
  const why = hintWithoutRows(counts, source.type);
  if (why !== undefined) tell(why);
  return 1;
}

function openSource({ source, identifiers }: Pick<ExportConfig, 'source' | 'identifiers'>): LogSource {
  if (source.type === 'files') {
    if (identifiers === undefined) throw new TypeError('files need identifier ports');
    return createFilesSource(source.paths, identifiers, Date.now());
  }
  const { kafka, topic, knownBy } = source;
  return createTopicSource({ ...kafka, clientId: 'model-export', retries: 3 }, topic, knownBy, (partition) => {
    tell(`partition ${partition}: Kafka no longer holds its beginning; vectors are made from what is left`);
  });
}

function tell(line: string): void {
  process.stderr.write(`churn export: ${line}\n`);
}
