import { BeyondSimulationError } from '../redis/reply.ts';
import type { Deliver } from '../redis/simulated-client.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import type { Life } from '../schedule/life.ts';
import { latencyMs, strikes } from '../world.ts';
import type { World } from '../world.ts';

/** The client's own, as in services/platform/redis/client.ts but shorter, as all times of a run are. */
const COMMAND_TIMEOUT_MS = 1_500;
const AWAY_MS = 800;

/** Commands that were sent in one go: they travel together. */
interface Segment {
  readonly calls: Call[];
  /** Its sender died before it was sent to the end. */
  isCutShort: boolean;
  readonly step: number;
  /** Of the server that it was sent to. */
  readonly incarnation: number;
  state: 'sent' | 'applied' | 'settled';
}

interface Call {
  readonly what: string;
  readonly command: () => void;
  readonly reject: (error: Error) => void;
  /** Settles with what the command answered; undefined before it was applied. */
  answer: (() => void) | undefined;
}

/** All connections of a run to its Redis. */
export interface RedisNetwork {
  /** The connection of one process. */
  open(life: Life): Deliver;
  /** The server dies, with its last writes, and is back soon; nobody knows what became of the commands under way. */
  restart(lostWrites: number): void;
  isUp(): boolean;
}

export function createRedisNetwork(
  world: World,
  server: SimulatedServer,
  /** Called after each command that changed something. */
  onWrite: (life: Life, what: string) => void,
): RedisNetwork {
  const { scheduler, chance, plan, faults } = world;
  const links = new Set<{ cut(straggles: boolean): void; arriveInPart(): void }>();
  let isUp = true;
  let incarnation = 1;

  /** What is on its way to a server dies with it. */
  function isSameServer(of: number): boolean {
    return isUp && of === incarnation;
  }

  function open(life: Life): Deliver {
    const underWay = new Set<Segment>();
    let openSegment: Segment | undefined;
    let lastArrivalMs = 0;

    function apply(call: Call): void {
      const before = server.writes();
      call.command();
      if (server.writes() !== before) onWrite(life, call.what);
    }

    function arrive(segment: Segment): void {
      if (segment.state !== 'sent' || !isSameServer(segment.incarnation)) return;
      segment.state = 'applied';
      if (segment.isCutShort) faults.count('redis pipeline cut short');
      for (const call of segment.calls) apply(call);
      if (strikes(world, plan.redisRepeat)) {
        faults.count('redis command repeated');
        const of = incarnation;
        scheduler.after(chance.unit() * 1_000, `${life.name} repeats ${whatOf(segment)}`, () => {
          if (isSameServer(of)) for (const call of segment.calls) apply({ ...call });
        });
      }
      if (strikes(world, plan.redisCut)) {
        cut(false);
        return;
      }
      if (chance.happens(0.5)) answer(segment);
      else {
        scheduler.after(latencyMs(world), `${life.name} ${whatOf(segment)}, answer`, () => {
          answer(segment);
        });
      }
    }

    function answer(segment: Segment): void {
      if (segment.state !== 'applied') return;
      segment.state = 'settled';
      underWay.delete(segment);
      life.whileAlive(() => {
        for (const call of segment.calls) call.answer?.();
      });
    }

    function fail(segment: Segment, message: string): void {
      if (segment.state === 'settled') return;
      segment.state = 'settled';
      underWay.delete(segment);
      life.whileAlive(() => {
        for (const call of segment.calls) call.reject(new Error(message));
      });
    }

    /** Of what comes next, sent in one go, only the first commands may arrive before the connection ends. */
    function arriveInPart(): void {
      const next = underWay.values().find(({ state }) => state === 'sent');
      if (next === undefined || next.calls.length < 2 || !isSameServer(next.incarnation) || !chance.happens(0.5))
        return;
      next.state = 'applied';
      faults.count('redis pipeline cut short');
      for (const call of next.calls.slice(0, chance.between(1, next.calls.length - 1))) apply(call);
    }

    /** What is under way fails; of that which had not arrived, some may be applied later all the same. */
    function cut(straggles: boolean): void {
      lastArrivalMs = 0;
      arriveInPart();
      for (const segment of [...underWay]) {
        if (segment.state === 'applied') faults.count('redis reply lost');
        else if (straggles && chance.happens(0.5)) {
          faults.count('redis command applied after its error');
          const of = incarnation;
          scheduler.after(chance.unit() * 3_000, `${life.name} late ${whatOf(segment)}`, () => {
            if (isSameServer(of)) for (const call of segment.calls) apply({ ...call });
          });
        } else faults.count('redis command never applied');
        fail(segment, 'Command aborted due to connection close');
      }
    }

    function newSegment(what: string): Segment {
      const segment: Segment = { calls: [], isCutShort: false, step: scheduler.steps(), incarnation, state: 'sent' };
      underWay.add(segment);
      const delayMs = Math.max(latencyMs(world), lastArrivalMs - scheduler.nowMs());
      lastArrivalMs = scheduler.nowMs() + delayMs;
      if (strikes(world, plan.redisCut)) {
        scheduler.after(delayMs / 2, `${life.name} loses its connection`, () => {
          cut(true);
        });
      }
      scheduler.after(delayMs, `${life.name} ${what}`, () => {
        arrive(segment);
      });
      if (delayMs > COMMAND_TIMEOUT_MS / 2) watchTimeout(segment);
      return segment;
    }

    /** The command stays on its way: only its sender gives it up. */
    function watchTimeout(segment: Segment): void {
      scheduler.after(COMMAND_TIMEOUT_MS, `${life.name} time-out`, () => {
        if (segment.state === 'settled') return;
        faults.count('redis time-out');
        for (const call of segment.calls) {
          life.whileAlive(() => {
            call.reject(new Error('Command timed out'));
          });
        }
      });
    }

    links.add({ cut, arriveInPart });
    life.onDeath(() => {
      for (const segment of underWay) {
        if (segment.state !== 'sent') continue;
        const { calls } = segment;
        if (chance.happens(0.5)) segment.state = 'settled';
        else if (calls.length > 1 && chance.happens(0.5)) {
          segment.isCutShort = true;
          calls.length = chance.between(1, calls.length - 1);
        }
      }
    });

    return function deliver<T>(what: string, command: () => T): Promise<T> {
      // The dead send nothing, though their code runs on until it waits.
      if (!life.isAlive()) return new Promise(() => undefined);
      if (!isUp) return Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false"));
      if (openSegment?.step !== scheduler.steps() || openSegment.state !== 'sent') openSegment = newSegment(what);
      const { calls } = openSegment;
      return new Promise<T>((resolve, reject) => {
        const call: Call = {
          what,
          command() {
            try {
              const reply = command();
              call.answer ??= () => {
                resolve(reply);
              };
            } catch (error) {
              if (error instanceof BeyondSimulationError) throw error;
              call.answer ??= () => {
                reject(error instanceof Error ? error : new Error(String(error)));
              };
            }
          },
          reject,
          answer: undefined,
        };
        calls.push(call);
      });
    };
  }

  return {
    open,
    restart(lostWrites) {
      for (const link of links) link.arriveInPart();
      isUp = false;
      incarnation++;
      server.loseLast(lostWrites);
      for (const link of links) link.cut(false);
      scheduler.after(AWAY_MS, 'Redis is back', () => {
        isUp = true;
      });
    },
    isUp: () => isUp,
  };
}

function whatOf({ calls }: Segment): string {
  return calls[0]?.what ?? '';
}
