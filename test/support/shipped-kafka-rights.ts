import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { AclEntry } from 'kafkajs';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const FILE = join(import.meta.dirname, '..', '..', 'deploy', 'kafka', 'acls.csv');
const OPERATIONS = { read: AclOperationTypes.READ, write: AclOperationTypes.WRITE, delete: AclOperationTypes.DELETE };
const RESOURCES = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED };

/**
 * The rights that deploy/kafka/acls.csv gives, on topics and groups of other names.
 *
 * @param nameOf by the name in the file.
 */
export function shippedKafkaRights(nameOf: (name: string) => string): readonly AclEntry[] {
  const [head, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  if (head !== 'user,resource,name,pattern,operation') throw new Error(`${FILE} has other columns`);
  return lines.map((line) => {
    const [user = '', resource = '', name = '', pattern = '', operation = ''] = line.split(',');
    return {
      principal: `User:${user}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
      resourceType: known(RESOURCES, resource),
      resourceName: nameOf(name),
      resourcePatternType: known(PATTERNS, pattern),
      operation: known(OPERATIONS, operation),
    };
  });
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = table[name];
  if (found === undefined) throw new Error(`${FILE}: ${name} is not known`);
  return found;
}
