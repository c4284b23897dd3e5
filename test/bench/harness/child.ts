import { fork } from 'node:child_process';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** A part of the bench that runs as a process of its own, so that its processor time is its own too. */
export interface BenchChild {
  /** The next message of the child. @throws if the child ends before it, or says something else. */
  next<T extends TSchema>(schema: T): Promise<Static<T>>;
  tell(message: object): void;
  end(): void;
}

/** Starts a script with an argument that it reads by `readArgument`. It ends with this process, or when told to stop. */
export function startChild(script: string, argument: object, signal: AbortSignal): BenchChild {
  const child = fork(script, [JSON.stringify(argument)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  child.on('exit', () => {
    signal.removeEventListener('abort', kill);
  });
  const waiting: unknown[] = [];
  let wake: (() => void) | undefined;
  let ended: string | undefined;
  child.on('message', (message: unknown) => {
    waiting.push(message);
    wake?.();
  });
  // Comes after the last message, which the exit itself may overtake.
  child.on('disconnect', () => {
    ended = `exit code ${child.exitCode ?? 'unknown'}`;
    wake?.();
  });
  child.on('error', (error) => {
    ended = error.message;
    wake?.();
  });
  return {
    async next(schema) {
      while (waiting.length === 0) {
        if (ended !== undefined) throw new Error(`${script} ended with ${ended}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return Value.Parse(schema, waiting.shift());
    },
    tell(message) {
      child.send(message);
    },
    end: kill,
  };
}

/** The child's side: what `startChild` was given. From here on the process ends with its parent. */
export function readArgument<T extends TSchema>(schema: T): Static<T> {
  process.on('disconnect', () => {
    process.exit(1);
  });
  return Value.Parse(schema, JSON.parse(process.argv[2] ?? 'null'));
}

export function tellParent(message: object): void {
  process.send?.(message);
}

/** The next message of the parent. */
export function nextFromParent<T extends TSchema>(schema: T): Promise<Static<T>> {
  return new Promise((resolve, reject) => {
    process.once('message', (message: unknown) => {
      if (Value.Check(schema, message)) resolve(message);
      else reject(new TypeError('the parent said something else'));
    });
  });
}
