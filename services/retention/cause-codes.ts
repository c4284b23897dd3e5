import type { CauseCode } from '../core/events/common.ts';

/** Every cause by name; the type makes a missing or an unknown one an error. */
const known: Readonly<Record<CauseCode, true>> = {
  unspecified: true,
  service: true,
  network: true,
  price: true,
  plan: true,
  product: true,
  experience: true,
  communication: true,
  rival: true,
  policy: true,
  need: true,
  life: true,
  other: true,
};

export function isCauseCode(text: unknown): text is CauseCode {
  return typeof text === 'string' && Object.hasOwn(known, text);
}

export const causeCodes: readonly CauseCode[] = Object.keys(known).filter(isCauseCode);
