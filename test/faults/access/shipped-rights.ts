import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { AclEntry } from 'kafkajs';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const FILE = join(import.meta.dirname, '..', '..', '..', 'deploy', 'kafka', 'acls.csv');
const OPERATIONS = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  delete: AclOperationTypes.DELETE,
  describe: AclOperationTypes.DESCRIBE,
};
const RESOURCES = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED };

/** A line of deploy/kafka/acls.csv. */
export interface ShippedRight {
  readonly user: string;
  /** The rest of the line without its pattern, such as `topic churn.risk-alert.v1 write`. */
  readonly what: string;
  /** On the names of an installation. */
  readonly right: AclEntry;
}

/** @param nameOf the installation's topic or group, by the name in the file. */
export function shippedRights(nameOf: (name: string) => string): readonly ShippedRight[] {
  const [head, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  if (head !== 'user,resource,name,pattern,operation') throw new Error(`${FILE} has other columns`);
  return lines.map((line) => {
    const [user = '', resource = '', name = '', pattern = '', operation = ''] = line.split(',');
    return {
      user,
      what: `${resource} ${name} ${operation}`,
      right: allow(user, known(RESOURCES, resource), nameOf(name), {
        resourcePatternType: known(PATTERNS, pattern),
        operation: known(OPERATIONS, operation),
      }),
    };
  });
}

/** Intake also reads topics that the file cannot name. */
export function rightToRead(user: string, topic: string): AclEntry {
  const pattern = { resourcePatternType: ResourcePatternTypes.LITERAL, operation: AclOperationTypes.READ };
  return allow(user, AclResourceTypes.TOPIC, topic, pattern);
}

function allow(
  user: string,
  resourceType: AclEntry['resourceType'],
  resourceName: string,
  rest: Pick<AclEntry, 'resourcePatternType' | 'operation'>,
): AclEntry {
  return {
    principal: `User:${user}`,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourceType,
    resourceName,
    ...rest,
  };
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`${FILE}: ${name} is not known`);
  return found;
}
