import { fromBinary } from '@bufbuild/protobuf';
import { isDeepStrictEqual } from 'node:util';
import { RiskScoreSchema } from '../../../services/contracts/gen/churn/v1/risk_pb.ts';
import type { RiskScore } from '../../../services/contracts/gen/churn/v1/risk_pb.ts';
import { tell } from '../verdict/difference.ts';
import type { TouchedByOutages } from './touched-by-outages.ts';
import { valueIn } from './wrong-alerts.ts';

export interface ScoresCompared {
  readonly daily: number;
  /** Of events: where a band changed, or an event was a reason of its own. */
  readonly ofEvents: number;
  readonly differences: readonly string[];
}

/**
 * Daily scores: the same in number, and those of moments outside of outages equal to the byte; of who came back in one, but
 * for band and episode. Scores of events outside of outages: equal to the byte; who came back is left out, for a band that
 * did not rise does not fall.
 *
 * @param found contents by id, as `inHex` tells them; `wanted` likewise.
 */
export function wrongScores(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  { back, isIn }: TouchedByOutages,
): ScoresCompared {
  const all = [...new Set([...found.keys(), ...wanted.keys()])];
  const daily = all.filter((id) => id.includes('.daily.'));
  const comparableDaily = daily.filter((id) => {
    const [subscriberId = '', momentMs = ''] = id.split('.daily.');
    return found.has(id) && wanted.has(id) && !isIn(subscriberId, Number(momentMs));
  });
  const ofEvents = all.filter((id) => {
    if (id.includes('.daily.')) return false;
    const content = found.get(id) ?? wanted.get(id) ?? '';
    const subscriberId = id.slice(0, id.indexOf('.'));
    return !back.has(subscriberId) && !isIn(subscriberId, Number(scoreIn(content).asOfMs));
  });
  const differs = (id: string): boolean => found.get(id) !== wanted.get(id);
  const differsInMore = (id: string): boolean =>
    differs(id) && !(back.has(id.slice(0, id.indexOf('.'))) && isSameButBand(found.get(id), wanted.get(id)));
  return {
    daily: comparableDaily.length,
    ofEvents: ofEvents.length,
    differences: [
      ...tell(
        'daily scores that the outages made or lost',
        daily.filter((id) => !(found.has(id) && wanted.has(id))),
      ),
      ...tell(
        'daily scores of other times that differ from the undisturbed run',
        comparableDaily.filter(differsInMore),
      ),
      ...tell('scores of events of other times that differ from the undisturbed run', ofEvents.filter(differs)),
    ],
  };
}

function isSameButBand(found = '', wanted = ''): boolean {
  const [score, { riskBand, episode }] = [scoreIn(found), scoreIn(wanted)];
  return isDeepStrictEqual({ ...score, riskBand, episode }, { ...scoreIn(wanted) });
}

function scoreIn(content: string): RiskScore {
  return fromBinary(RiskScoreSchema, valueIn(content));
}
