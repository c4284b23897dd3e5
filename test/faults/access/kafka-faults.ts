import kafkajs from 'kafkajs';
import type { AclEntry } from 'kafkajs';
import type { InstallationTopics } from '../../support/installation.ts';
import type { Listener } from '../../support/secured-kafka.ts';
import type { Role } from './kafka-roles.ts';

const { READ, WRITE } = kafkajs.AclOperationTypes;
const { GROUP } = kafkajs.AclResourceTypes;

type Settings = Readonly<Record<string, string>>;

/** What is wrong with the settings of a service, and what it has to say. */
export interface WrongSettings {
  readonly name: string;
  readonly words: RegExp;
  readonly settings: Settings;
}

/**
 * @param strangeCaFile an authority that has signed nothing here.
 * @param plainBroker an address without TLS.
 */
export function wrongSettings(
  brokersOf: Readonly<Record<Listener, string>>,
  strangeCaFile: string,
  plainBroker: string,
): readonly WrongSettings[] {
  const without = { CHURN_KAFKA_SASL: 'off', CHURN_KAFKA_USER: '', CHURN_KAFKA_PASSWORD_FILE: '' };
  return [
    {
      name: 'wrong authority',
      words: /authority that is not trusted: CHURN_KAFKA_CA_FILE/,
      settings: { CHURN_KAFKA_CA_FILE: strangeCaFile },
    },
    {
      name: 'expired certificate',
      words: /has expired: renew it/,
      settings: { CHURN_KAFKA_BROKERS: brokersOf.expired },
    },
    {
      name: 'certificate of another name',
      words: /made out to another name/,
      settings: { CHURN_KAFKA_BROKERS: brokersOf.elsewhere },
    },
    {
      name: 'wrong password',
      words: /refuses the user and password of CHURN_KAFKA_USER/,
      settings: { CHURN_KAFKA_PASSWORD: WRONG_PASSWORD, CHURN_KAFKA_PASSWORD_FILE: '' },
    },
    {
      name: 'mechanism that is not offered',
      words: /does not offer the mechanism/,
      settings: { CHURN_KAFKA_SASL: 'plain' },
    },
    { name: 'no user', words: /does it expect TLS or a user|no user/, settings: without },
    {
      name: 'TLS where there is none',
      words: /does not speak TLS at this port|does it expect TLS/,
      settings: { CHURN_KAFKA_BROKERS: plainBroker },
    },
    {
      name: 'no TLS where there is some',
      words: /does it expect TLS/,
      settings: { CHURN_KAFKA_TLS: 'off', CHURN_KAFKA_CA_FILE: '' },
    },
  ];
}

export const WRONG_PASSWORD = 'pass-of-nobody-6613';

/** A right that is taken from a service at work. */
export interface RevokedRight {
  readonly name: string;
  /** Who has to tell. */
  readonly role: Role;
  /** Whether it is one of the few that the small size takes. */
  readonly isQuick?: boolean;
  readonly words: RegExp;
  readonly right: AclEntry;
}

export function revokedRights(rights: readonly AclEntry[], topics: InstallationTopics): readonly RevokedRight[] {
  const revoked = (role: Role, what: string, isWanted: (right: AclEntry) => boolean, words: RegExp): RevokedRight => {
    const right = rights.find((one) => one.principal === `User:churn-${role}` && isWanted(one));
    if (right === undefined) throw new Error(`acls.csv gives ${role} no right ${what}`);
    return { name: `right of ${role} ${what} revoked`, role, right, words };
  };
  const onTopic = (role: Role, what: string, topic: string, operation: AclEntry['operation']): RevokedRight =>
    revoked(
      role,
      what,
      (right) => right.resourceName === topic && right.operation === operation,
      /may not read, write or describe a topic/,
    );
  const toGroup = (role: Role): RevokedRight =>
    revoked(role, 'to its group', ({ resourceType }) => resourceType === GROUP, /may not use its consumer group/);
  return [
    { ...onTopic('scorer', 'to write alerts', topics.alert, WRITE), isQuick: true },
    { ...onTopic('scorer', 'to read the input log', topics.input, READ), isQuick: true },
    toGroup('scorer'),
    { ...onTopic('retention', 'to write work orders', topics.workOrder, WRITE), isQuick: true },
    onTopic('retention', 'to read alerts', topics.alert, READ),
    onTopic('retention', 'to read outcomes', topics.outcome, READ),
    toGroup('retention'),
    { ...onTopic('intake', 'to write the input log', topics.input, WRITE), isQuick: true },
    toGroup('intake'),
  ];
}
