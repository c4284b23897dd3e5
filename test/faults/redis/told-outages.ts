import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';

const WARN = 40;
/** A reminder comes once a minute. */
const REMINDED_AFTER_MS = 59_000;

export interface WatchedOutage {
  /** Waits until every service says in its readiness what is wrong. @returns milliseconds, of the last of them. */
  untilNoticed(cause: RegExp): Promise<number>;
  /** Waits until all are ready again. */
  untilOver(): Promise<number>;
  /** To be called when it is over: what was told otherwise than in one line, and one that it is over. */
  differences(): readonly string[];
}

/** Watches how services tell an outage of Redis; to be called just before it begins. */
export function watchOutage(services: readonly WatchedService[], name: string): WatchedOutage {
  const linesBefore = services.map((service) => service.logLines().length);
  const startedAtMs = performance.now();

  return {
    async untilNoticed(cause) {
      await Promise.all(services.map((service) => untilTold(service, name, cause)));
      return Math.round(performance.now() - startedAtMs);
    },
    async untilOver() {
      const endedAtMs = performance.now();
      for (const service of services) await service.untilReady();
      return Math.round(performance.now() - endedAtMs);
    },
    differences() {
      const reminders = Math.floor((performance.now() - startedAtMs) / REMINDED_AFTER_MS);
      return services.flatMap((service, i) => {
        const lines = service.logLines().slice(linesBefore[i]);
        const told = lines.filter(({ level, part }) => level >= WARN && part === 'Redis').map(({ msg }) => msg);
        const back = lines.filter(({ msg }) => msg.startsWith('Redis is back after')).length;
        if (told.length >= 1 && told.length <= 1 + reminders && back === 1) return [];
        return [`${service.name} told of "${name}": ${JSON.stringify(told)}, ${back} times that it is over`];
      });
    },
  };
}

/** The line in the log may be of the connection that broke at first; readiness says how it is. */
async function untilTold(service: WatchedService, name: string, cause: RegExp): Promise<void> {
  const told = async (): Promise<string | undefined> => {
    const redis = (await service.readiness())?.parts.find((part) => part.name === 'Redis');
    return redis?.state === 'missing' ? redis.detail : undefined;
  };
  await until(`${service.name} tells of "${name}"`, async () => cause.test((await told()) ?? ''), {
    state: async () => String(await told()),
  });
}
