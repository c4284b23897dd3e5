/** One incarnation of a process. What it awaits when it dies never comes. */
export interface Life {
  readonly name: string;
  isAlive(): boolean;
  /** Runs `work` if this life still lasts. */
  whileAlive(work: () => void): void;
  /** Called once, when it dies. */
  onDeath(work: () => void): void;
  end(): void;
}

export function createLife(name: string): Life {
  let alive = true;
  const onDeath: (() => void)[] = [];
  return {
    name,
    isAlive: () => alive,
    whileAlive(work) {
      if (alive) work();
    },
    onDeath(work) {
      onDeath.push(work);
    },
    end() {
      if (!alive) return;
      alive = false;
      for (const work of onDeath) work();
    },
  };
}
