import { readFileSync } from 'node:fs';

export interface ScriptEdit {
  /** Text of the script, line ends included; has to be there exactly once. */
  readonly find: string;
  /** What stands there instead; '' takes it away. */
  readonly put: string;
}

/** A script as it is and as it is with a mistake in it, for `SimulatedServer.replaceScript`. */
export interface MutatedScript {
  readonly original: string;
  readonly mutated: string;
}

/** @throws where a text is not in the script exactly once: a mutation that changes nothing would prove nothing. */
export function mutateScript(file: URL, edits: readonly ScriptEdit[]): MutatedScript {
  const original = readFileSync(file, 'utf8');
  let mutated = original;
  for (const { find, put } of edits) {
    const parts = mutated.split(find);
    if (find === '' || parts.length !== 2) {
      throw new Error(`to be changed in ${file.pathname}, but there ${parts.length - 1} times: ${find}`);
    }
    mutated = parts.join(put);
  }
  if (mutated === original) throw new Error(`${file.pathname} stays as it is`);
  return { original, mutated };
}
