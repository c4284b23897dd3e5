import { decodeRiskAlert } from '../../../services/contracts/risk.ts';
import { alertIdOf } from '../../../services/core/risk/decide-risk.ts';
import { isoTime } from '../../../services/retention/tmf/iso-time.ts';
import { tell } from '../verdict/difference.ts';
import type { TouchedByOutages } from './touched-by-outages.ts';

const HOUR_MS = 3_600_000;

/**
 * Alerts of whom no outage touched: equal to the byte. Who became silent in it: opened when the feed was back, within the
 * hour. Who came back in it: warned of, in that hour too, exactly where time passed the moment of the wheel once more.
 *
 * @param found contents by id, as `inHex` tells them; `wanted` likewise.
 */
export function wrongAlerts(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  { gone, back, isRelived }: TouchedByOutages,
): string[] {
  const ofReturned = new Map([...back.keys()].map((id) => [alertIdOf(id, 1), id]));
  const spared = [...ofReturned].filter(([, id]) => !isRelived(id)).map(([alertId]) => alertId);
  const [different, untimely]: [string[], string[]] = [[], []];
  for (const [alertId, content] of found) {
    const should = wanted.get(alertId);
    if (should === undefined) continue;
    const id = alertId.slice(0, alertId.lastIndexOf('.'));
    const delayed = gone.get(id) ?? back.get(id);
    if (delayed === undefined) {
      if (content !== should) different.push(alertId);
      continue;
    }
    const [asOfMs, undelayedMs] = [asOfAlert(content), asOfAlert(should)];
    const isTimely = asOfMs >= undelayedMs && asOfMs >= delayed.toMs - HOUR_MS && asOfMs <= delayed.toMs + HOUR_MS;
    if (!isTimely) untimely.push(`${alertId} as of ${isoTime(asOfMs)}, undisturbed ${isoTime(undelayedMs)}`);
  }
  const missing = new Set(wanted.keys()).difference(found);
  return [
    ...tell('alerts that the outages made', [...new Set(found.keys()).difference(wanted)]),
    ...tell('alerts that the outages lost', [...missing.difference(new Set(spared))]),
    ...tell(
      'alerts of who was back before it was known',
      spared.filter((alertId) => found.has(alertId)),
    ),
    ...tell('alerts that differ from the undisturbed run', different),
    ...tell('alerts not opened when the feed was back', untimely),
  ];
}

/** @param content as `inHex` tells it. */
export function asOfAlert(content: string): number {
  const alert = decodeRiskAlert(valueIn(content));
  if (!alert.ok) throw new Error('a record of the alert topic is no alert');
  return alert.value.score.asOfMs;
}

/** The value of a record of which `inHex` tells key and value. */
export function valueIn(content: string): Buffer {
  return Buffer.from(content.slice(content.indexOf(' ') + 1), 'hex');
}
