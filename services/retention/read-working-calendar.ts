import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse, YAMLParseError } from 'yaml';
import type { Outcome } from '../core/outcome.ts';
import { refused } from '../core/outcome.ts';
import type { WorkingCalendar } from '../core/time/working-calendar.ts';
import { createWorkingCalendar } from '../core/time/working-calendar.ts';

const timeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' });

const calendarFile = Compile(
  Type.Object(
    {
      version: Type.String({ minLength: 1 }),
      timeZone: Type.String(),
      opensAt: timeOfDay,
      closesAt: timeOfDay,
      workingWeekdays: Type.Array(Type.Integer()),
      knownFrom: Type.String(),
      knownThrough: Type.String(),
      holidays: Type.Array(Type.Object({ name: Type.String(), from: Type.String(), to: Type.String() })),
      makeUpWorkdays: Type.Array(Type.String()),
    },
    { additionalProperties: false },
  ),
);

/** Reads a calendar in YAML or JSON; see `calendars/` for one. The detail of a refusal says what is wrong. */
export function readWorkingCalendar(file: string | URL): Outcome<WorkingCalendar, 'invalid_calendar'> {
  const text = readText(file);
  if (text === undefined) return refused('invalid_calendar', `cannot read ${String(file)}`);
  const data = parseYaml(text);
  if (!calendarFile.Check(data)) {
    const places = calendarFile.Errors(data).map(({ instancePath, message }) => `${instancePath} ${message}`.trim());
    return refused('invalid_calendar', places.join('; ') || 'not YAML');
  }
  const { opensAt, closesAt, ...rest } = data;
  return createWorkingCalendar({ ...rest, opensAtMinute: minuteOf(opensAt), closesAtMinute: minuteOf(closesAt) });
}

function readText(file: string | URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError) return undefined;
    throw error;
  }
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
