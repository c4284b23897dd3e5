import { createWriteStream, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { DEMO_SECRET } from '../../services/platform/crypto/pseudonym-settings.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import { holdToRedis } from './hold-to-redis.ts';
import { formatLabelTable, formatUserTable } from './label-tables.ts';
import type { ReplaySeeds } from './pipeline-options.ts';
import type { CustomerTables } from './read-customer-tables.ts';
import { readExportedVectors } from './read-exported-vectors.ts';
import { replaySettings, withReplayedStream } from './replay-through-stream.ts';
import { runStep } from './run-step.ts';
import type { StepContext } from './run-step.ts';
import { scorerModel } from './scorer-model.ts';
import type { TrainingFolder } from './training-folder.ts';
import { usualAsOfs } from './usual-as-ofs.ts';

/** The customers of the source are numbers already; the same secret in each run makes the same file again. */
const PSEUDONYM = { keyId: 'train', secret: DEMO_SECRET };
const POLICY_FILE = 'deploy/policy/training.yaml';
const EXPORT = 'models/export/main.ts';

export interface TrainingSet {
  /** One file per seed; the first is the stream's. */
  readonly vectors: readonly string[];
  /** Who is who, CSV. */
  readonly users: string;
}

/**
 * Makes the training set: the customers of the first seed go through the whole service, and their vectors are exported from
 * its log and held to the states that its scorers left behind. Other seeds only move events within their months: theirs
 * come from files, by the same export.
 *
 * @throws where a step fails, or one vector differs from the scorers' state.
 */
export async function makeTrainingSet(
  options: {
    readonly data: string;
    /** What the folder `data` holds. */
    readonly tables: CustomerTables;
    readonly seeds: ReplaySeeds;
    /** What scorers are to run with, where it fits. */
    readonly scorerBundle: string;
    readonly stackMode: string | undefined;
  },
  files: TrainingFolder,
  context: StepContext,
): Promise<TrainingSet> {
  const { data, tables, seeds, scorerBundle, stackMode } = options;
  const { progress, root } = context;
  const policyFile = join(root, POLICY_FILE);
  const { timeZone } = loadPolicy(policyFile);
  const asOfs = await writeTables(tables, timeZone, files);

  const { directory: modelDirectory, misfit } = await scorerModel(scorerBundle, join(files.folder, 'stand-in-model'));
  if (misfit !== undefined) {
    const [why = ''] = misfit.split('\n');
    progress.note(`  the scorers run with a stand-in model, which changes no vector: ${why}`);
  }
  const [streamSeed, ...fileSeeds] = seeds;
  const source = { asOfs, policyFile, labels: files.labels };
  const plan = { data, seed: streamSeed, policyFile, timeZone, modelDirectory, pseudonym: PSEUDONYM, stackMode };
  const vectors = files.vectorsOf();
  rmSync(vectors, { force: true });
  await withReplayedStream(plan, context, async (stream) => {
    const { fed, books, topic, brokers } = stream;
    progress.note(`  ${fed.eventsFed} events of ${books.subscribers} customers folded, ${books.scored} times scored`);
    const from = ['--topic', topic, '--brokers', brokers.join(',')];
    await exportVectors({ ...source, from, out: vectors, name: 'export' }, context);
    await requireEqualStates(vectors, stream, timeZone, context);
  });

  const others = [];
  for (const seed of fileSeeds) others.push(await exportFromFile(seed, { data, timeZone, source, files }, context));
  return { vectors: [vectors, ...others], users: files.users };
}

/** @returns the as-ofs of the source's months. */
async function writeTables(
  { rows, labels }: CustomerTables,
  timeZone: string,
  files: TrainingFolder,
): Promise<readonly string[]> {
  const pseudonymOf = createPseudonymizer(PSEUDONYM);
  await writeFile(files.labels, formatLabelTable(labels, pseudonymOf, timeZone));
  const userIds = [...rows, ...labels].map(({ userId }) => userId);
  await writeFile(files.users, formatUserTable(userIds, pseudonymOf));
  return usualAsOfs(rows.map(({ year, month }) => year * 100 + month));
}

interface ExportSource {
  readonly asOfs: readonly string[];
  readonly policyFile: string;
  readonly labels: string;
}

async function exportVectors(
  options: ExportSource & { readonly from: readonly string[]; readonly out: string; readonly name: string },
  context: StepContext,
): Promise<void> {
  const { from, out, name, asOfs, policyFile, labels } = options;
  const said = await runStep(
    {
      title: `exporting vectors and labels (${name})`,
      name,
      command: process.execPath,
      args: [
        join(context.root, EXPORT),
        ...from,
        ...['--policy', policyFile, '--label', `table:${labels}`, '--out', out],
        ...asOfs.flatMap((asOf) => ['--as-of', asOf]),
      ],
      settings: { CHURN_PSEUDONYM_KEY_ID: PSEUDONYM.keyId, CHURN_PSEUDONYM_SECRET: PSEUDONYM.secret },
    },
    context,
  );
  context.progress.note(said.trimEnd().replaceAll(/^/gm, '  '));
}

async function requireEqualStates(
  vectors: string,
  stream: Parameters<typeof holdToRedis>[1],
  timeZone: string,
  { progress }: StepContext,
): Promise<void> {
  const title = "holding the vectors of the last as-of to the scorers' states in Redis";
  const { equal, differing, later, differences } = await progress.step(title, async () =>
    holdToRedis(await readExportedVectors(vectors), stream, createCivilCalendar(timeZone)),
  );
  const compared = equal + differing;
  progress.note(
    `  ${equal} of ${compared} vectors equal, bit for bit${later > 0 ? `; ${later} had later events` : ''}`,
  );
  if (differing > 0) throw new Error(`exported vectors differ from the scorers' states:\n${differences.join('\n')}`);
  if (compared === 0) throw new Error('no vector of the last as-of could be held to a state: the log has later events');
}

/** The replay of a seed as a file, and its vectors. The file goes again: it is large, and can be made anew. */
async function exportFromFile(
  seed: number,
  options: {
    readonly data: string;
    readonly timeZone: string;
    readonly source: ExportSource;
    readonly files: TrainingFolder;
  },
  context: StepContext,
): Promise<string> {
  const { data, timeZone, source, files } = options;
  const [log, out] = [files.replayOf(seed), files.vectorsOf(seed)];
  rmSync(out, { force: true });
  try {
    await runStep(
      {
        title: `writing the replay of seed ${seed}`,
        name: `replay-of-seed-${seed}`,
        command: process.execPath,
        args: [join(context.root, 'services/simulator/replay/main.ts'), '--data', data],
        settings: replaySettings(seed, timeZone),
        async consume(output) {
          await pipeline(output, createGzip({ level: constants.Z_BEST_SPEED }), createWriteStream(log));
          return '';
        },
      },
      context,
    );
    await exportVectors({ ...source, from: ['--log', log], out, name: `export-of-seed-${seed}` }, context);
    return out;
  } finally {
    rmSync(log, { force: true });
  }
}
