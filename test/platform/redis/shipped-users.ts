import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type ServiceName = 'scorer' | 'retention' | 'intake';

export interface ShippedUser {
  readonly name: string;
  /** Rules as ACL SETUSER takes them. */
  readonly rules: readonly string[];
  /** Names of the commands that it may run. */
  readonly commands: readonly string[];
}

const FILE = new URL('../../../deploy/redis/users.acl', import.meta.url);

/** The user that `deploy/redis/users.acl` has for a service or for the tool that changes names, with a password. */
export function shippedUser(service: ServiceName | 'rekey', password: string): ShippedUser {
  const name = `churn-${service}`;
  const line = readFileSync(FILE, 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`user ${name} `));
  if (line === undefined) throw new Error(`users.acl has no user ${name}`);
  const hash = createHash('sha256').update(password).digest('hex');
  const rules = line
    .split(' ')
    .slice(2)
    .map((rule) => (rule.startsWith('#') ? `#${hash}` : rule));
  return { name, rules, commands: rules.flatMap((rule) => (rule.startsWith('+') ? rule.slice(1) : [])) };
}
