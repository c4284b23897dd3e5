import type { Parsed } from './pipeline-options.ts';

/** Shows help where it was asked for, and mistakes where there are some. @returns the options where there is neither. */
export function tellUsage<T>(parsed: Parsed<T>): T | 'help' | 'mistakes' {
  if (parsed.kind === 'options') return parsed.options;
  if (parsed.kind === 'help') process.stdout.write(parsed.usage);
  else process.stderr.write(`${parsed.mistakes.join('\n')}\n\n${parsed.usage}`);
  return parsed.kind;
}
