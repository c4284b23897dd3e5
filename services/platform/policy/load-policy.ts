import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import type { Policy } from '../../core/policy/policy.ts';
import { isTimeZone } from '../../core/time/zone-offset.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const Probability = Type.Number({ minimum: 0, maximum: 1 });
const BandEdge = Type.Object({ enter: Probability, exit: Probability }, { additionalProperties: false });
const PolicyFile = Type.Object(
  {
    version: Type.String({ minLength: 1 }),
    timeZone: Type.String({ minLength: 1 }),
    time: Type.Object(
      {
        requiredFeeds: Type.Array(Type.String({ minLength: 1 })),
        disorderHours: Type.Number({ minimum: 0 }),
        latenessLimitDays: Type.Number({ exclusiveMinimum: 0, maximum: 60 }),
        staleAfterHours: Type.Number({ exclusiveMinimum: 0 }),
      },
      { additionalProperties: false },
    ),
    scoring: Type.Object(
      { minimumIntervalHours: Type.Number({ minimum: 0 }), warmUpDays: Type.Integer({ minimum: 0, maximum: 90 }) },
      { additionalProperties: false },
    ),
    bands: Type.Object(
      { medium: BandEdge, high: BandEdge, coolDownDays: Type.Number({ minimum: 0 }) },
      { additionalProperties: false },
    ),
    episodes: Type.Object({ suppressAfterOutcomeDays: Type.Number({ minimum: 0 }) }, { additionalProperties: false }),
    reasons: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 20 }) }, { additionalProperties: false }),
    quality: Type.Optional(
      Type.Object({ horizonDays: Type.Number({ exclusiveMinimum: 0, maximum: 90 }) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

/** Where the policy names none: the horizon that churn is mostly spoken of in. */
const HORIZON_DAYS = 30;

/** @throws one error that lists every mistake of the file with its place and what was expected. */
export function loadPolicy(path: string): Policy {
  const file: unknown = parse(readFileSync(path, 'utf8'));
  if (!Value.Check(PolicyFile, file)) {
    const mistakes = [...Value.Errors(PolicyFile, file)].map(
      ({ instancePath, message }) => `${instancePath === '' ? 'file' : instancePath}: ${message}`,
    );
    throw new Error(`policy ${path}:\n  ${mistakes.join('\n  ')}`);
  }
  const mistakes = contradictionsOf(file);
  if (mistakes.length > 0) throw new Error(`policy ${path}:\n  ${mistakes.join('\n  ')}`);
  return toPolicy(file);
}

type PolicyFile = Static<typeof PolicyFile>;

function contradictionsOf({ bands: { medium, high }, timeZone }: PolicyFile): readonly string[] {
  const mistakes: string[] = [];
  if (medium.exit > medium.enter) mistakes.push('/bands/medium: exit must not be above enter');
  if (high.exit > high.enter) mistakes.push('/bands/high: exit must not be above enter');
  if (medium.enter >= high.enter) mistakes.push('/bands: medium must be entered below high');
  if (medium.exit > high.exit) mistakes.push('/bands: medium must be left below high');
  if (!isTimeZone(timeZone)) mistakes.push(`/timeZone: ${timeZone} is no IANA time zone`);
  return mistakes;
}

function toPolicy({ version, timeZone, time, scoring, bands, episodes, reasons, quality }: PolicyFile): Policy {
  return {
    version,
    timeZone,
    time: {
      requiredFeeds: time.requiredFeeds,
      disorderMs: time.disorderHours * HOUR_MS,
      latenessLimitMs: time.latenessLimitDays * DAY_MS,
      staleAfterMs: time.staleAfterHours * HOUR_MS,
    },
    scoring: { minimumIntervalMs: scoring.minimumIntervalHours * HOUR_MS, warmUpDays: scoring.warmUpDays },
    bands: { medium: bands.medium, high: bands.high, coolDownMs: bands.coolDownDays * DAY_MS },
    episodes: { suppressAfterOutcomeMs: episodes.suppressAfterOutcomeDays * DAY_MS },
    reasons,
    quality: { horizonMs: (quality?.horizonDays ?? HORIZON_DAYS) * DAY_MS },
  };
}
