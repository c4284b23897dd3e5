import { hideCredentials } from '../telemetry/hide-credentials.ts';
import type { Logger } from '../telemetry/logger.ts';

/** `starting` has not been there yet and nothing is wrong; `missing` is known not to work. */
export type PartState = 'starting' | 'up' | 'missing';

/** A part as `/readyz?verbose` tells it. */
export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  /** Since when it is in that state. */
  readonly sinceMs: number;
  /** What is wrong, or what is known; for people, without credentials. */
  readonly detail: string;
}

/** Work that needs a part and is tried until it succeeds. */
export interface PartAttempt {
  /** A try failed, or takes too long: the part is missing, and until this attempt ends nothing else says that it works. */
  failed(cause: string): void;
  /** After a failure: the part is up, unless other attempts still fail. Otherwise nothing new. */
  succeeded(): void;
  /** It is tried no more. How the part is, is for others to say. */
  givenUp(): void;
}

/** Something that the process cannot work without: Redis, Kafka, the model, one of its partitions. */
export interface Part {
  /** It works, as far as is known: unheard while an attempt fails. After an outage one line says how long it was. */
  up(detail?: string): void;
  /**
   * It does not work. One line says so; while it lasts a reminder comes once a minute at most.
   *
   * @param isTold somebody else has written the line.
   */
  missing(cause: string, isTold?: boolean): void;
  /** Begins an attempt. What answers a question may still fail at the work, and who does the work knows better. */
  attempt(): PartAttempt;
  isUp(): boolean;
  /** It is no concern of this process any more, such as a partition that moved to another instance. */
  remove(): void;
}

/** What a process needs, and how it stands: the one source of readiness and of the lines about outages. */
export interface PartBoard {
  /**
   * The part of that name; made, as `starting`, by the first call.
   *
   * @param doing what is being done while it is missing, for the log line.
   */
  part(name: string, doing: string): Part;
  /** What is not up, with its reason; empty when the process is ready. */
  notReady(): readonly string[];
  statuses(): readonly PartStatus[];
}

const REMINDER_MS = 60_000;

/** @param now milliseconds of any clock that goes forward, beside the wall clock for what is shown. */
export function createPartBoard(log: Pick<Logger, 'error' | 'info'>, now: () => number = Date.now): PartBoard {
  const parts = new Map<string, { readonly part: Part; readonly status: () => PartStatus }>();

  function create(name: string, doing: string): { readonly part: Part; readonly status: () => PartStatus } {
    let status: PartStatus = { name, state: 'starting', sinceMs: now(), detail: '' };
    let toldAtMs = -Infinity;
    const failing = new Set<PartAttempt>();

    function enter(state: PartState, detail: string): void {
      const sinceMs = state === status.state ? status.sinceMs : now();
      status = { name, state, sinceMs, detail: hideCredentials(detail) };
    }

    const part: Part = {
      up(detail = '') {
        if (failing.size > 0) return;
        const { state, sinceMs } = status;
        enter('up', detail);
        if (state !== 'missing') return;
        const seconds = Math.round((status.sinceMs - sinceMs) / 1_000);
        log.info({ part: name, outageSeconds: seconds }, `${name} is back after ${seconds} s`);
      },
      missing(cause, isTold = false) {
        const isNew = status.state !== 'missing';
        enter('missing', cause);
        if (isTold) {
          toldAtMs = now();
          return;
        }
        if (!isNew && now() - toldAtMs < REMINDER_MS) return;
        toldAtMs = now();
        const { sinceMs, detail } = status;
        const lasting = isNew ? '' : ` for ${Math.round((now() - sinceMs) / 1_000)} s`;
        log.error({ part: name, cause: detail, doing }, `${name} is missing${lasting}: ${detail}; ${doing}`);
      },
      attempt() {
        const attempt: PartAttempt = {
          failed(cause) {
            failing.add(attempt);
            part.missing(cause);
          },
          succeeded() {
            if (failing.delete(attempt)) part.up();
          },
          givenUp: () => void failing.delete(attempt),
        };
        return attempt;
      },
      isUp: () => status.state === 'up',
      remove: () => {
        parts.delete(name);
      },
    };
    return { part, status: () => status };
  }

  return {
    part(name, doing) {
      const known = parts.get(name) ?? create(name, doing);
      parts.set(name, known);
      return known.part;
    },
    notReady: () =>
      [...parts.values()]
        .map(({ status }) => status())
        .filter(({ state }) => state !== 'up')
        .map(({ name, state, detail }) => `${name}: ${detail === '' ? state : detail}`),
    statuses: () => [...parts.values()].map(({ status }) => status()),
  };
}
