import type { RiskReader } from './risk-reader.ts';

/** The scorers' state cannot be read. */
export class RiskUnavailableError extends Error {
  override readonly name = 'RiskUnavailableError';
  readonly retryable = true;
}

/** Stands where no reader of the scorers' state is given: every question about risk is answered with 503. */
export const unavailableRiskReader: RiskReader = {
  read: () => Promise.reject(new RiskUnavailableError('no reader of scores')),
  list: () => Promise.reject(new RiskUnavailableError('no reader of scores')),
  feeds: () => Promise.reject(new RiskUnavailableError('no reader of scores')),
};
