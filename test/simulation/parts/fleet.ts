import { createLife } from '../schedule/life.ts';
import type { Life } from '../schedule/life.ts';
import type { World } from '../world.ts';
import type { RunningPart } from './scorer-part.ts';

/** Incarnations of one process, the next some time after the last. */
export interface Slot<Part extends RunningPart> {
  readonly name: string;
  current(): { readonly part: Part; readonly life: Life } | undefined;
  readonly start: () => void;
  crash(): void;
  stop(): void;
  /** Ends a life of this process that must not go on. */
  readonly giveUp: (life: Life) => void;
}

const STOPS_WITHIN_MS = 3_000;

export function createSlot<Part extends RunningPart>(
  world: World,
  name: string,
  startPart: (life: Life) => Part,
): Slot<Part> {
  const { scheduler, chance, trace, faults } = world;
  let current: { readonly part: Part; readonly life: Life } | undefined;
  let isStopping = false;
  let incarnation = 0;

  function start(): void {
    isStopping = false;
    const life = createLife(`${name}.${++incarnation}`);
    trace.note(`${life.name} starts`);
    current = { life, part: startPart(life) };
  }

  function end(life: Life, how: string): void {
    if (!life.isAlive()) return;
    trace.note(`${life.name} ${how}`);
    life.end();
    current = undefined;
    scheduler.after(50 + chance.unit() * 1_500, `${name} is started again`, start);
  }

  return {
    name,
    current: () => (isStopping ? undefined : current),
    start,
    crash() {
      if (current === undefined) return;
      faults.count('crash');
      end(current.life, 'crashes');
    },
    giveUp(life) {
      if (current?.life === life) end(life, 'ends itself');
    },
    stop() {
      if (current === undefined || isStopping) return;
      isStopping = true;
      faults.count('stop and restart');
      const { life, part } = current;
      trace.note(`${life.name} is told to stop`);
      void part.stop().then(() => {
        end(life, 'has stopped');
      });
      // As the process does whose parts do not answer.
      scheduler.after(STOPS_WITHIN_MS, `${life.name} has had its time`, () => {
        end(life, 'ends without its parts');
      });
    },
  };
}
