/**
 * Writes a simulated operator's events to the input log, then ends. At least once: after a broken connection part of a batch may stand
 * in the log twice, under the same event ids. Not resumable: a second run writes everything again.
 *
 * Prints one line of JSON with the counts at the end.
 */
import { writeFile } from 'node:fs/promises';
import { encodeLogRecord } from '../contracts/log-record.ts';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { createPseudonymizer } from '../platform/crypto/pseudonym.ts';
import { openProducer } from '../platform/kafka/producer.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { readConfig } from './config.ts';
import { disturb, emptyDisorderCounts } from './disorder/disturb.ts';
import { emptyFlawCounts, encodeRecords } from './encode-records.ts';
import { feedLog } from './feed-log.ts';
import { createSimulation } from './simulation.ts';

const config = configOrExit('simulator', readConfig(Date.now()));
const { seed, brokers, topic, malformedShare, eventsPerSecond } = config;

const simulation = createSimulation({ ...config, pseudonymOf: createPseudonymizer(config.pseudonym) });
if (config.truthFile !== '') await writeFile(config.truthFile, `${JSON.stringify(simulation.groundTruth, null, 1)}\n`);

const kafka = { brokers, clientId: 'simulator' };
const partitions = await partitionCountOf(kafka, topic);
const producer = await openProducer(kafka);
const disorder = emptyDisorderCounts();
const flaws = emptyFlawCounts();
try {
  const delivered = disturb(simulation.records(), config.disorder, disorder);
  const encoded = encodeRecords(delivered, { seed, malformedShare, encode: encodeLogRecord }, flaws);
  await feedLog(encoded, { topic, partitions, producer, eventsPerSecond }, () => ({
    disorder,
    flaws,
    subscribers: simulation.subscribers.length,
    churners: simulation.groundTruth.length,
  }));
} finally {
  await producer.close();
}
