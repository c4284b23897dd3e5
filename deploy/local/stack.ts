import { openDockerStack } from './docker-stack.ts';
import { openExternalStack } from './external-stack.ts';
import { openNativeStack } from './native-stack.ts';
import { isStackMode } from './choose-stack.mjs';
import type { StackMode } from './choose-stack.mjs';
import type { Stack, StackOptions } from './stack-shape.ts';

export type { Stack, StackOptions };

/**
 * Brings up Kafka and Redis, or finds them (external), and waits until both answer. What it starts ends with this
 * process at the latest, also if that is killed. Makes no topics.
 *
 * @throws if one of them does not come up; nothing is left running then
 */
export async function openStack(options: StackOptions): Promise<Stack> {
  const stack = await openByMode(options);
  if (Number.parseInt(stack.versions.redis, 10) < 7) {
    await stack.close();
    throw new Error(`Redis 7 or newer is needed; ${stack.redisUrl} is ${stack.versions.redis}`);
  }
  return stack;
}

function openByMode(options: StackOptions): Promise<Stack> {
  switch (options.mode) {
    case 'native':
      return openNativeStack(options);
    case 'docker':
      return openDockerStack(options);
    case 'external':
      return openExternalStack(process.env);
  }
}

/** The way that the launcher chose and left in CHURN_STACK. */
export function parseStackMode(value: string | undefined): StackMode {
  if (value !== undefined && isStackMode(value)) return value;
  throw new Error(`CHURN_STACK is ${value ?? 'not set'}: start through npm, which chooses native, docker or external`);
}
