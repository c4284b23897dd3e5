import type { ChainFigures } from '../chain/measure-chain.ts';
import type { HttpFigures } from '../http/measure-http.ts';
import type { Latency, Measured } from '../harness/measured.ts';
import type { RungFigures } from '../rungs/measure-rungs.ts';
import type { BenchReport, LatencyReport } from './bench-report.ts';
import type { BenchSettings } from './bench-settings.ts';

const BAR = 30;
const MEBIBYTE = 1_048_576;

/** The report for people: settings first, then a table for each part. */
export function formatReport(report: BenchReport): string {
  const { rungs, chain, latency, http } = report;
  return [
    formatSettings(report.settings),
    ...(rungs === null ? [] : [formatRungs(rungs)]),
    ...(chain === null ? [] : [formatChain(chain)]),
    ...(http === null ? [] : [formatHttp(http)]),
    ...(latency === null ? [] : [formatLatency(latency)]),
  ].join('\n\n');
}

function formatSettings({
  versions,
  machine,
  redis,
  kafka,
  scorer,
  workload,
  model,
  runs,
  stack,
}: BenchSettings): string {
  const kilobytes = (scorer.maxBytesPerPartition / 1_024).toFixed(0);
  return [
    `  Node ${versions.node}, Kafka ${versions.kafka}, Redis ${versions.redis} (${stack}); ${machine.cores} cores of ${machine.cpu}, ${(machine.memoryBytes / 2 ** 30).toFixed(0)} GiB, ${machine.os}`,
    `  Redis: appendonly ${redis.appendonly}, appendfsync ${redis.appendfsync}. Kafka: ${kafka.partitions} partitions, ${kafka.replicationFactor} replica, acks ${kafka.acks}`,
    `  scorer: fetches of ${kilobytes} KiB per partition, slices of ${count(scorer.sliceRecords)}, commits of up to ${count(scorer.commitLimit)} subscribers or scores, ${count(scorer.knownStates)} states kept`,
    `  model ${model.version}: ${model.trees} trees, ${count(model.nodes)} nodes, ${model.features} features`,
    `  workload: ${count(workload.events)} events of ${count(workload.subscribers)} subscribers, ${workload.keys} keys, seed ${workload.seed}; policy ${workload.policyFile}`,
    `  up to ${runs} run${runs === 1 ? '' : 's'}: median (least–most)`,
  ].join('\n');
}

function formatRungs(rungs: readonly RungFigures[]): string {
  const most = Math.max(...rungs.map(({ eventsPerSecond }) => eventsPerSecond.median));
  const head = `  ${'rung, with all before it'.padEnd(26)}${'events/s'.padStart(28)}   ${'CPU-s per million: process, Redis'.padEnd(34)}${'peak MiB'.padStart(9)}`;
  const lines = rungs.map(({ rung, eventsPerSecond, cpuSecondsPerMillionEvents: cpu, peakRssBytes }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((eventsPerSecond.median / most) * BAR)));
    const costs = `${spread(cpu.scorers, 1)}, ${cpu.redis === null ? '–' : spread(cpu.redis, 1)}`;
    return `  ${rung.padEnd(26)}${spread(eventsPerSecond, 0).padStart(28)}   ${costs.padEnd(34)}${mebibytes(peakRssBytes).padStart(9)}  ${bar}`;
  });
  return [head, ...lines].join('\n');
}

function formatChain(chain: readonly ChainFigures[]): string {
  const lines = chain.flatMap((figures) => {
    const { cpuSecondsPerMillionEvents: cpu, memory, bytesPerSubscriber, stateBytesPerSubscriber } = figures;
    return [
      `  ${figures.input}, ${figures.scorers} scorer${figures.scorers === 1 ? '' : 's'}: ${spread(figures.eventsPerSecond, 0)} events/s`,
      `    ${count(figures.events)} events of ${figures.meanValueBytes.toFixed(0)} bytes and ${count(figures.marks)} marks, ${count(figures.subscribers)} subscribers; ${figures.scoresPerEvent.toFixed(2)} scores per event, ${count(figures.episodes)} alerts`,
      `    CPU-s per million events: scorers ${spread(cpu.scorers, 2)} + Redis ${spread(cpu.redis, 2)} = ${spread(cpu.total, 2)}; broker apart ${spread(cpu.broker, 2)}`,
      `    bytes per subscriber: ${bytesPerSubscriber.median.toFixed(0)} in all, ${stateBytesPerSubscriber.median.toFixed(0)} its state; peak MiB: scorer ${mebibytes(memory.scorerPeakRssBytes)}, Redis ${mebibytes(memory.redisRssBytes)}, broker ${mebibytes(memory.brokerPeakRssBytes)}`,
    ];
  });
  return ['  whole chain', ...lines].join('\n');
}

function formatHttp({ idle, ingest, openLoopRequestsPerSecond, connections }: HttpFigures): string {
  const line = (name: string, { openLoop, closedLoopRequestsPerSecond, refused }: HttpFigures['idle']): string =>
    `  ${name.padEnd(26)}${quantiles(openLoop)}; at most ${count(closedLoopRequestsPerSecond)} requests/s${refused === 0 ? '' : `; ${refused} were not answered with 200`}`;
  return [
    `  GET /v1/subscribers/{id}/risk: open loop at ${openLoopRequestsPerSecond} requests/s, then closed loop over ${connections} connections`,
    line('idle', idle),
    line('under full ingest', ingest),
    `    ingest beside it: ${count(ingest.eventsPerSecond)} events/s, for ${(ingest.coveredShare * 100).toFixed(0)} % of the time`,
  ].join('\n');
}

function formatLatency({ drained, sustainable, scorers, levels }: LatencyReport): string {
  const lines = levels.flatMap((level) => [
    `  ${`${level.share * 100} %: ${count(level.eventsPerSecond)} events/s`.padEnd(26)}score ${quantiles(level.score)} of ${count(level.score.count)}; alert ${quantiles(level.alert)} of ${count(level.alert.count)}`,
    `    ${level.sustained ? 'sustained' : 'NOT sustained'}: lag ${level.lagSlopePerSecond > 0 ? '+' : ''}${level.lagSlopePerSecond} records/s, ${count(level.lagAtEnd)} at the end; source at most ${level.sourceMostBehindMs} ms behind; ${level.missing} missing`,
  ]);
  return [
    `  event to score or alert on its topic, from the intended time of sending; sustainable ${count(sustainable)} events/s (a backlog was worked off at ${count(drained)} by ${scorers} scorer${scorers === 1 ? '' : 's'}); policy ${levels[0]?.policyFile ?? ''}`,
    ...lines,
  ].join('\n');
}

function quantiles({ p50Ms, p99Ms }: Latency): string {
  return `p50 ${p50Ms ?? '–'} ms, p99 ${p99Ms ?? '–'} ms`;
}

function spread(value: Measured | null, digits: number): string {
  if (value === null) return 'not known';
  const text = (number: number): string =>
    digits === 0
      ? count(number)
      : number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (value.runs.length === 1) return text(value.median);
  return `${text(value.median)} (${text(value.min)}–${text(value.max)})`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function mebibytes(bytes: number | null): string {
  return bytes === null ? '–' : (bytes / MEBIBYTE).toFixed(0);
}
