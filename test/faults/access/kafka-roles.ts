import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import type { Installation } from '../../support/installation.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';

/** Deployables that run all the time. */
export const ROLES = ['scorer', 'retention', 'intake'] as const;
export type Role = (typeof ROLES)[number];

/** By user of deploy/kafka/acls.csv. */
export const PASSWORDS: Readonly<Record<string, string>> = {
  'churn-scorer': 'pass-of-the-scorer-8471',
  'churn-retention': 'pass-of-the-desk-2096',
  'churn-intake': 'pass-of-the-intake-5530',
  'churn-dead-letters': 'pass-of-the-letters-7718',
  'churn-export': 'pass-of-the-export-3042',
  'churn-rekey': 'pass-of-the-rekey-9165',
};

/** The shop's names of the topics and groups that the shipped rights are about. */
export function namesIn({ topics, settings }: Installation): (name: string) => string {
  const names = new Map([
    ['telco.subscriber.event.v1', topics.input],
    ['churn.risk-score.v1', topics.score],
    ['churn.risk-alert.v1', topics.alert],
    ['retention.outcome.v1', topics.outcome],
    ['retention.work-order.v1', topics.workOrder],
  ]);
  for (const [shipped, own] of [...names]) names.set(deadLetterTopicOf(shipped), deadLetterTopicOf(own));
  names.set('churn-scorer', settings['CHURN_SCORER_GROUP'] ?? '');
  names.set('churn-retention.', `${settings['CHURN_RETENTION_GROUP'] ?? ''}.`);
  return (name) => names.get(name) ?? name;
}

/** @param folder takes the password's file. */
export function settingsOf(
  role: Role,
  shop: Installation,
  kafka: SecuredKafka,
  folder: string,
): Record<string, string> {
  const passwordFile = join(folder, `${role}.password`);
  writeFileSync(passwordFile, `${PASSWORDS[`churn-${role}`] ?? ''}\n`);
  return {
    ...shop.settings,
    CHURN_KAFKA_BROKERS: kafka.brokersOf.secure,
    CHURN_KAFKA_TLS: 'on',
    CHURN_KAFKA_CA_FILE: kafka.authority.caFile,
    CHURN_KAFKA_SASL: 'scram-sha-512',
    CHURN_KAFKA_USER: `churn-${role}`,
    CHURN_KAFKA_PASSWORD_FILE: passwordFile,
    ...(role === 'intake' ? intakeSettings(shop, folder) : {}),
  };
}

export const FEED = 'gateway';
export const sourceTopicOf = ({ topics }: Installation): string => `${topics.input}-source`;

function intakeSettings(shop: Installation, folder: string): Record<string, string> {
  const feedFile = join(folder, `${FEED}.yaml`);
  writeFileSync(
    feedFile,
    `feed: ${FEED}
source: { type: topic, topic: ${sourceTopicOf(shop)} }
progress: { mode: stated }
mapping: contract-json
`,
  );
  return {
    CHURN_INTAKE_FEEDS: feedFile,
    CHURN_INTAKE_REJECTS_DIRECTORY: join(folder, 'rejects'),
    CHURN_PSEUDONYM_KEY_ID: 'test',
    CHURN_PSEUDONYM_SECRET: 'a secret of the tests only',
  };
}
