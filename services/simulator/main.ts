/**
 * Writes a simulated operator's events to the input log, then ends. At least once: after a broken connection part of a batch may stand
 * in the log twice, under the same event ids. Not resumable: a second run writes everything again.
 *
 * Prints one line of JSON with the counts at the end.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { encodeLogRecord } from '../contracts/log-record.ts';
import { createPseudonymizer } from '../platform/crypto/pseudonym.ts';
import { openProducer } from '../platform/kafka/producer.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { loadConfig } from './config.ts';
import { disturb, emptyDisorderCounts } from './disorder/disturb.ts';
import { emptyFlawCounts, encodeRecords } from './encode-records.ts';
import { createSimulation } from './simulation.ts';
import { writeLog } from './write-log.ts';

const parsed = loadConfig(Date.now());
if (!parsed.ok) {
  process.stderr.write(`${parsed.detail}\n`);
  process.exit(2);
}
const config = parsed.value;
const { seed, brokers, topic, malformedShare, eventsPerSecond } = config;
const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => {
    stopped.abort();
  });

const simulation = createSimulation({ ...config, pseudonymOf: createPseudonymizer(config.pseudonym) });
if (config.truthFile !== '') await writeFile(config.truthFile, `${JSON.stringify(simulation.groundTruth, null, 1)}\n`);

const kafka = { brokers, clientId: 'simulator' };
const partitions = await partitionCountOf(kafka, topic);
if (partitions === 0) throw new Error(`topic ${topic} does not exist`);
const producer = await openProducer(kafka);
const disorder = emptyDisorderCounts();
const flaws = emptyFlawCounts();
const startedAtMs = Date.now();
try {
  const delivered = disturb(simulation.records(), config.disorder, disorder);
  const encoded = encodeRecords(delivered, { seed, malformedShare, encode: encodeLogRecord }, flaws);
  const written = await writeLog(encoded, {
    topic,
    partitions,
    send: (records) => producer.send(records),
    ...(eventsPerSecond === undefined ? {} : { eventsPerSecond }),
    clock: { nowMs: Date.now, sleep: (durationMs) => setTimeout(durationMs) },
    signal: stopped.signal,
  });
  const summary = {
    ...written,
    disorder,
    flaws,
    subscribers: simulation.subscribers.length,
    churners: simulation.groundTruth.length,
    seconds: (Date.now() - startedAtMs) / 1_000,
    complete: !stopped.signal.aborted,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
} finally {
  await producer.close();
}
