import { Agent, request } from 'node:http';

/** What became of one request. */
export interface Call {
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** Of the error, such as ECONNREFUSED; '' where there was an answer. */
  readonly code: string;
}

export interface Callers {
  /** Ends the calls. @returns all of them, in the order in which they ended. */
  stop(): Promise<readonly Call[]>;
}

/** Clients that ask for one path after the other over kept connections, until they are told to go elsewhere. */
export function startCallers(address: string, paths: readonly string[], clients: number): Callers {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const stopped = new AbortController();
  const calls: Call[] = [];
  async function callOn(client: number): Promise<void> {
    for (let turn = client; !stopped.signal.aborted; turn++) {
      calls.push(await callOnce(`${address}${paths[turn % paths.length] ?? '/'}`, agent));
    }
  }
  const calling = Promise.all(Array.from({ length: clients }, (_, client) => callOn(client)));
  return {
    async stop() {
      stopped.abort();
      await calling;
      agent.destroy();
      return calls;
    },
  };
}

/**
 * Asks once.
 *
 * @param agent without one, over a connection of its own.
 */
export function callOnce(url: string, agent: Agent | false = false): Promise<Call> {
  return new Promise((resolve) => {
    const asked = request(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve({ status: response.statusCode, code: '' });
      });
      // Cut off in its midst is no answer.
      response.on('error', fail);
    });
    function fail(error: Error): void {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
      resolve({ status: undefined, code });
    }
    asked.on('error', fail);
    asked.end();
  });
}
