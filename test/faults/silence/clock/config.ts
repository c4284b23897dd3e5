/** What the preload of this folder is told. */
export const CLOCK_VARIABLES = {
  /** File that holds by how many milliseconds the clock is wrong; read again and again. */
  shiftFile: 'FAULT_CLOCK_SHIFT_FILE',
} as const;

/** @throws where the process was started without one. */
export function readShiftFile(): string {
  const file = process.env[CLOCK_VARIABLES.shiftFile];
  if (file === undefined || file === '') throw new Error(`${CLOCK_VARIABLES.shiftFile} is not set`);
  return file;
}
