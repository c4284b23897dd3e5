import type { ParsedEnvironment } from './parse-environment.ts';

/** Exit code of a process that refuses its configuration or its surroundings (EX_CONFIG): a restart does not help. */
export const EXIT_CONFIG = 78;

/** The configuration of a process, or its end: all mistakes on standard error, exit code 78. */
export function configOrExit<T>(service: string, parsed: ParsedEnvironment<T>): Readonly<T> {
  if (parsed.ok) return parsed.value;
  process.stderr.write(`churn ${service}: the configuration has mistakes:\n  ${parsed.mistakes.join('\n  ')}\n`);
  process.exit(EXIT_CONFIG);
}
