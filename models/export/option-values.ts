/** Options of a command line: each takes the values that follow it, up to the next option; one may come again. */
export type OptionValues = ReadonlyMap<string, readonly string[]>;

/**
 * @param names all that there are; `flags` among them take no value.
 * @param mistakes told of unknown options and values that no option takes.
 */
export function readOptionValues(
  args: readonly string[],
  { names, flags }: { readonly names: readonly string[]; readonly flags: readonly string[] },
  mistakes: string[],
): OptionValues {
  const values = new Map<string, string[]>();
  let taker: string[] | undefined;
  for (const arg of args) {
    if (!arg.startsWith('--')) {
      if (taker === undefined) mistakes.push(`"${arg}": expected an option before it`);
      else taker.push(arg);
      continue;
    }
    const [name = '', ...rest] = arg.split('=');
    const known = names.includes(name) || flags.includes(name);
    if (!known) mistakes.push(`${name}: expected one of ${[...names, ...flags].join(', ')}`);
    const all = values.get(name) ?? [];
    if (rest.length > 0) all.push(rest.join('='));
    values.set(name, all);
    taker = flags.includes(name) ? undefined : all;
  }
  return values;
}

/** The value of an option that is given once; undefined where it is not given at all. */
export function onlyValue(values: OptionValues, name: string, mistakes: string[]): string | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  const [value, ...more] = given;
  if (value === undefined || value === '' || more.length > 0) mistakes.push(`${name}: expected one value`);
  return value;
}
