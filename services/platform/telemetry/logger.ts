import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error; readable ones where a person looks on. */
export function createLogger(service: string, level: LogLevel): Logger {
  const base = { service };
  // Errors of clients carry the command or record that failed: their message says enough, and holds no subscriber.
  const serializers = { err: withoutPayload, error: withoutPayload };
  if (!process.stderr.isTTY) return pino({ level, base, serializers }, pino.destination(2));
  const transport = { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname', singleLine: true } };
  return pino({ level, base, serializers, transport });
}

function withoutPayload(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { type: error.name, message: error.message, stack: error.stack };
}
