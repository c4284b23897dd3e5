/**
 * Something is wrong for good until a person acts: waiting would not help, nor does a restart. A process that meets one
 * says it in one line and ends with exit code 78, as for mistakes of its own settings.
 */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
  /** One by one, each with what was expected. */
  readonly mistakes: readonly string[];

  constructor(what: string, mistakes: readonly string[]) {
    super(`${what}: ${mistakes.join('; ')}`);
    this.mistakes = mistakes;
  }
}
