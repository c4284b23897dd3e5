import type { Life } from '../schedule/life.ts';
import { latencyMs, strikes } from '../world.ts';
import type { World } from '../world.ts';

/** As the client says that no broker answered in time. */
export class BrokerSilentError extends Error {
  override readonly name = 'KafkaJSRequestTimeoutError';
}

/**
 * A request to a broker other than a write. `answer` runs at the broker; what it throws is the broker's answer. A request
 * that fails may have reached it.
 */
export function askBroker<T>(world: World, life: Life, what: string, answer: () => T): Promise<T> {
  const { scheduler, chance, plan, faults } = world;
  return new Promise((resolve, reject) => {
    const isLost = strikes(world, plan.kafkaRequest);
    const reaches = !isLost || chance.happens(0.5);
    scheduler.after(latencyMs(world), `${life.name} ${what}`, () => {
      // A request on its way outlives its sender, but nobody waits for the answer.
      if (!life.isAlive()) return;
      let outcome: () => void;
      try {
        const given = reaches ? { answer: answer() } : undefined;
        outcome = () => {
          if (isLost || given === undefined) {
            faults.count('kafka request failed');
            reject(new BrokerSilentError(`${what}: no answer`));
          } else resolve(given.answer);
        };
      } catch (error) {
        outcome = () => {
          reject(error instanceof Error ? error : new Error(String(error)));
        };
      }
      if (chance.happens(0.7)) {
        outcome();
        return;
      }
      scheduler.after(latencyMs(world), `${life.name} ${what}, answer`, () => {
        life.whileAlive(outcome);
      });
    });
  });
}
