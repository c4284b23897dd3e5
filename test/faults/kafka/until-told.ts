import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';

/** Waits until a service is not ready because of a part, for a cause of the pattern. */
export async function untilTold(service: WatchedService, part: RegExp, cause: RegExp): Promise<void> {
  await until(
    `${service.name} says of ${part} that ${cause}`,
    async () => {
      const shown = await service.readiness();
      return (
        shown?.status === 503 &&
        shown.parts.some(({ name, state, detail }) => state === 'missing' && part.test(name) && cause.test(detail))
      );
    },
    { state: async () => JSON.stringify(await service.readiness()) },
  );
}
