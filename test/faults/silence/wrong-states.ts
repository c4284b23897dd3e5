import { alertIdOf } from '../../../services/core/risk/decide-risk.ts';
import { decodeSubscriber, encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { NO_RISK_YET } from '../../../services/core/subscriber/subscriber-state.ts';
import type { RiskState } from '../../../services/core/subscriber/subscriber-state.ts';
import { tell } from '../verdict/difference.ts';
import type { TouchedByOutages } from './touched-by-outages.ts';
import { asOfAlert } from './wrong-alerts.ts';

/**
 * States equal to the byte, but for what follows from knowing later: an episode begins with its alert; who was not warned of
 * has had no episode and no band; who was warned of on coming back stays in the high band that much longer.
 *
 * @param found bytes in hex by subscriber; `wanted` likewise.
 * @param alerts contents of those found, by id.
 */
export function wrongStates(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  alerts: ReadonlyMap<string, string>,
  { gone, back }: TouchedByOutages,
): string[] {
  const different = [...wanted].filter(([id, should]) => {
    const hex = found.get(id);
    if (hex === undefined || hex === should) return hex === undefined;
    const [state, { risk: undelayed }] = [decoded(hex), decoded(should)];
    const alert = alerts.get(alertIdOf(id, 1));
    if (gone.has(id) && alert !== undefined) {
      return encoded(should, { ...undelayed, episodeOpenedAtMs: asOfAlert(alert) }) !== hex;
    }
    if (!back.has(id)) return true;
    const { riskScore } = undelayed;
    return (
      encoded(should, alert === undefined ? { ...NO_RISK_YET, riskScore } : later(state.risk, undelayed, alert)) !== hex
    );
  });
  return tell(
    'states that differ from the undisturbed run',
    different.map(([id]) => id),
  );
}

/** How a band falls after an episode that began later: its times are those found, all else is not. */
function later({ band, belowSinceMs, episodeOpen, episodeClosedAtMs }: RiskState, undelayed: RiskState, alert: string) {
  const episodeOpenedAtMs = asOfAlert(alert);
  return { ...undelayed, band, belowSinceMs, episodeOpen, episodeOpenedAtMs, episodeClosedAtMs };
}

function decoded(hex: string): ReturnType<typeof decodeSubscriber> {
  return decodeSubscriber(Buffer.from(hex, 'hex'));
}

function encoded(hex: string, risk: RiskState): string {
  return Buffer.from(encodeSubscriber({ ...decoded(hex), risk })).toString('hex');
}
