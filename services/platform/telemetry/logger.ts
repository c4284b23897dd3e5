import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error; readable ones where a person looks on. */
export function createLogger(service: string, level: LogLevel): Logger {
  const base = { service };
  if (!process.stderr.isTTY) return pino({ level, base }, pino.destination(2));
  const transport = { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname', singleLine: true } };
  return pino({ level, base, transport });
}
