/** What a preload of this folder is told; set by `mortalSettings`. */
export interface PreloadSettings {
  /** Name of the point to die at; '' for none. */
  readonly point: string;
  /** The process dies when it comes there for this time, counted from 1. */
  readonly nth: number;
  /** File that is told the point, just before. */
  readonly reportFile: string;
  /** Session time-out that the consumer group is asked for, whatever the service's settings say; 0 leaves it. */
  readonly sessionMs: number;
}

export const PRELOAD_VARIABLES = {
  point: 'FAULT_KILL_POINT',
  nth: 'FAULT_KILL_NTH',
  reportFile: 'FAULT_KILL_REPORT',
  sessionMs: 'FAULT_SESSION_MS',
} as const satisfies Record<keyof PreloadSettings, string>;

export function readPreloadSettings(): PreloadSettings {
  const { point, nth, reportFile, sessionMs } = PRELOAD_VARIABLES;
  return {
    point: process.env[point] ?? '',
    nth: Number(process.env[nth] ?? '1'),
    reportFile: process.env[reportFile] ?? '',
    sessionMs: Number(process.env[sessionMs] ?? '0'),
  };
}
