import { canListen } from './free-port.ts';
import { keepProcess, logTail } from './keep-process.ts';
import type { KeptProcess, ProcessCommand } from './keep-process.ts';

/** A local server that can be killed and brought back on the same data and port, as the fault tests do. */
export type NativeServer = {
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  readonly port: number;
  /** Ends it at once (SIGKILL unless told) and waits until it is gone. Harmless if it is gone already. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Asks it to end (SIGTERM), forces it after 15 seconds, and waits until it is gone. */
  stop(): Promise<void>;
  /** Starts it again after kill() or stop(), with the same data and port; settles when it answers. */
  restart(): Promise<void>;
};

export type NativeServerOptions = {
  /** For messages: `Kafka`, `Redis`. */
  name: string;
  port: number;
  process: ProcessCommand;
  /** Done before each start. */
  prepare?: () => void;
  /** Settles when the server answers; gives up when the signal is aborted. */
  untilReady: (signal: AbortSignal) => Promise<unknown>;
};

const readyWithinMs = 90_000;
const stopWithinMs = 15_000;

/** Starts the server and waits until it answers. Throws with the end of its log if it does not. */
export async function openNativeServer(options: NativeServerOptions): Promise<NativeServer> {
  let current = await startAndWait(options);
  return {
    get pid() {
      return current.pid;
    },
    port: options.port,
    async kill(signal = 'SIGKILL') {
      current.signal(signal);
      await current.ended;
    },
    async stop() {
      current.signal('SIGTERM');
      const timer = setTimeout(() => {
        current.signal('SIGKILL');
      }, stopWithinMs);
      await current.ended;
      clearTimeout(timer);
    },
    async restart() {
      if (!current.hasEnded()) throw new Error(`${options.name} still runs (process ${current.pid})`);
      current = await startAndWait(options);
    },
  };
}

async function startAndWait(options: NativeServerOptions): Promise<KeptProcess> {
  const { name, port, process: command, prepare, untilReady } = options;
  // Whoever sits there would answer in the place of ours.
  if (!(await canListen(port))) throw new Error(`${name} cannot start: port ${port} of 127.0.0.1 is in use`);
  prepare?.();
  const kept = await keepProcess(command);
  const giveUp = new AbortController();
  const timeout = AbortSignal.timeout(readyWithinMs);
  const died = kept.ended.then((how) => Promise.reject(new Error(`${name} ended while it was starting: ${how}`)));
  try {
    await Promise.race([untilReady(AbortSignal.any([giveUp.signal, timeout])), died]);
    died.catch(() => undefined);
    return kept;
  } catch (error) {
    giveUp.abort();
    kept.signal('SIGKILL');
    await kept.ended;
    throw new Error(`${name} did not start; the end of its log (${command.logFile}):\n${logTail(command.logFile)}`, {
      cause: error,
    });
  }
}
