import { DAY_MS } from '../calendar.ts';
import {
  between,
  chance,
  integerBetween,
  logNormal,
  pick,
  pickByTotals,
  runningTotals,
} from '../random/distributions.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom } from '../random/random.ts';
import type { Random } from '../random/random.ts';
import {
  createAreas,
  DEVICE_MODELS,
  POSTPAID_PLANS,
  PREPAID_PLANS,
  RIVALS,
  SALES_CHANNELS,
} from '../world/catalogue.ts';
import type { Area, Plan } from '../world/catalogue.ts';
import { createLine } from '../world/line.ts';
import type { Line } from '../world/line.ts';
import { rawImeiOf, rawNumberOf } from '../world/numbers.ts';
import { drawCircle } from './draw-circle.ts';
import type { Neighbourhood } from './draw-circle.ts';
import { drawContract } from './draw-contract.ts';
import { drawHabits } from './draw-habits.ts';
import { layOutUnits } from './lay-out-units.ts';
import type { Unit } from './lay-out-units.ts';
import type { Places, Subscriber } from './subscriber.ts';

export interface PopulationOptions {
  readonly seed: number;
  readonly subscribers: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Turns a raw number or device id into its keyed pseudonym; nothing raw is kept. */
  readonly pseudonymOf: (raw: string) => string;
}

/** The country before anything happens. Mechanisms of churn add to it before the first event is made. */
export interface Population {
  readonly subscribers: Subscriber[];
  /** Indices of the subscribers of each household or office. */
  readonly units: readonly Unit[];
  readonly areas: readonly [Area, ...Area[]];
  /** Makes a line with the next free number of an operator. */
  readonly newLine: (operatorCode: string) => Line;
}

const RIVAL_LINES_PER_SUBSCRIBER = 0.8;
/** The operator's first day was twenty years ago. */
const OLDEST_TENURE_DAYS = 7_305;
const NEWCOMERS_SHARE = 0.04;
const SUBSCRIBERS_PER_CREW = 8;

const channelTotals = runningTotals(SALES_CHANNELS.map(([, weight]) => weight));
const rivalTotals = runningTotals(RIVALS.map(([, weight]) => weight));

export function buildPopulation(options: PopulationOptions): Population {
  const { seed, subscribers: count, pseudonymOf } = options;
  const areas = createAreas(count);
  const units = layOutUnits(seed, count, areas.length);
  const newLine = createNumbering(pseudonymOf);
  const ownLines = Array.from({ length: count }, () => newLine('own'));
  const neighbourhoods = layOutNeighbourhoods(options, areas, units, ownLines, newLine);
  const crews = layOutCrews(seed, count);

  const subscribers = units.flatMap((unit) =>
    unit.members.map((index): Subscriber => {
      const crew = crews[index] ?? { number: 0, members: [] };
      const lineOf = (member: number): Line[] => ownLines.slice(member, member + 1);
      return createSubscriber(options, {
        index,
        unit,
        line: ownLines[index] ?? newLine('own'),
        places: placesOf(areas, unit, crew.number, openRandom(seed, PURPOSE.crew, crew.number, index)),
        circle: drawCircle(openRandom(seed, PURPOSE.circle, index), {
          unit: unit.members.filter((member) => member !== index).flatMap(lineOf),
          isHousehold: unit.kind === 'personal' || unit.kind === 'family',
          crew: crew.members.filter((member) => member !== index && !unit.members.includes(member)).flatMap(lineOf),
          neighbourhood: neighbourhoods[unit.areaIndex] ?? { own: [], rival: [] },
        }),
      });
    }),
  );
  return { subscribers, units, areas, newLine };
}

function createNumbering(pseudonymOf: (raw: string) => string): (operatorCode: string) => Line {
  const nextOrdinals = new Map<string, number>();
  return (operatorCode) => {
    const ordinal = nextOrdinals.get(operatorCode) ?? 0;
    nextOrdinals.set(operatorCode, ordinal + 1);
    return createLine(pseudonymOf(rawNumberOf(operatorCode, ordinal)), operatorCode);
  };
}

function layOutNeighbourhoods(
  { seed, subscribers: count }: PopulationOptions,
  areas: readonly Area[],
  units: readonly Unit[],
  ownLines: readonly Line[],
  newLine: (operatorCode: string) => Line,
): readonly Neighbourhood[] {
  const random = openRandom(seed, PURPOSE.circle);
  const neighbourhoods = areas.map(() => ({ own: new Array<Line>(), rival: new Array<Line>() }));
  for (const unit of units) {
    neighbourhoods[unit.areaIndex]?.own.push(...unit.members.flatMap((member) => ownLines.slice(member, member + 1)));
  }
  for (let i = 0; i < count * RIVAL_LINES_PER_SUBSCRIBER; i += 1) {
    const operatorCode = RIVALS[pickByTotals(random, rivalTotals)]?.[0] ?? 'other';
    neighbourhoods[i % areas.length]?.rival.push(newLine(operatorCode));
  }
  return neighbourhoods;
}

interface Crew {
  readonly number: number;
  readonly members: readonly number[];
}

/** Colleagues, classmates, club: a second group of people across households. Entry i is the crew of subscriber i. */
function layOutCrews(seed: number, count: number): readonly Crew[] {
  const crewCount = Math.max(1, Math.round(count / SUBSCRIBERS_PER_CREW));
  const members = Array.from({ length: crewCount }, () => new Array<number>());
  return Array.from({ length: count }, (_, index) => {
    const number = integerBetween(openRandom(seed, PURPOSE.crew, index), 0, crewCount - 1);
    members[number]?.push(index);
    return { number, members: members[number] ?? [] };
  });
}

function placesOf(areas: readonly [Area, ...Area[]], unit: Unit, crew: number, random: Random): Places {
  const isOffice = unit.kind === 'group' || unit.kind === 'government_enterprise';
  const homeArea = isOffice ? pick(random, areas) : (areas[unit.areaIndex] ?? areas[0]);
  const workArea = isOffice ? (areas[unit.areaIndex] ?? areas[0]) : (areas[crew % areas.length] ?? areas[0]);
  const homeCell = homeArea.cells[isOffice ? integerBetween(random, 0, 4) : unit.cellOrdinal % 5] ?? homeArea.cells[0];
  const workCell = workArea.cells[5 + ((isOffice ? unit.cellOrdinal : crew) % 5)] ?? workArea.cells[0];
  return {
    areaId: homeArea.areaId,
    branchId: homeArea.branchId,
    home: [homeCell, pick(random, homeArea.cells), pick(random, homeArea.cells)],
    work: [workCell, pick(random, workArea.cells), pick(random, workArea.cells)],
  };
}

function createSubscriber(
  { seed, startMs, endMs, pseudonymOf }: PopulationOptions,
  given: Pick<Subscriber, 'index' | 'line' | 'places' | 'circle'> & { readonly unit: Unit },
): Subscriber {
  const { index, unit, line, places, circle } = given;
  const random = openRandom(seed, PURPOSE.person, index);
  const isPostpaid = chance(random, unit.postpaidShare);
  const habits = drawHabits(openRandom(seed, PURPOSE.habits, index), isPostpaid ? 'postpaid' : 'prepaid');
  const plan: Plan = isPostpaid ? postpaidPlanFor(habits.callsOutPerDay, random) : pick(random, PREPAID_PLANS);
  const isNewcomer = chance(random, NEWCOMERS_SHARE);
  const activatedAtMs = Math.round(
    isNewcomer
      ? between(random, startMs + DAY_MS, endMs)
      : startMs - Math.min(logNormal(random, 900, 1.1), OLDEST_TENURE_DAYS) * DAY_MS,
  );
  const model = pick(random, DEVICE_MODELS);
  return {
    index,
    subscriberId: line.party.partyId,
    line,
    customerId: unit.kind === 'personal' ? `customer-${unit.number}-${index}` : `customer-${unit.number}`,
    customerType: unit.kind,
    groupId: unit.kind === 'personal' ? '' : `${unit.kind.replaceAll('_', '-')}-${unit.number}`,
    plan,
    activatedAtMs,
    channel: (SALES_CHANNELS[pickByTotals(random, channelTotals)] ?? SALES_CHANNELS[0])?.[0] ?? {
      channelId: 'own-shop-01',
      channel: 'own_shop',
    },
    device: { ...model, imeiHash: pseudonymOf(rawImeiOf(model.typeCode, index)) },
    contract: isPostpaid
      ? drawContract(openRandom(seed, PURPOSE.contract, index), { index, plan, startMs, activatedAtMs })
      : undefined,
    places,
    habits,
    circle,
    person: {
      birthYear: integerBetween(random, 1946, 2008),
      sex: chance(random, 0.5) ? 'female' : 'male',
      creditClass: pick(random, ['a', 'a', 'b', 'c']),
    },
  };
}

function postpaidPlanFor(callsOutPerDay: number, random: Random): Plan {
  const rung = Math.min(3, Math.max(0, Math.floor(Math.log2(1 + callsOutPerDay) + between(random, -0.5, 1))));
  return POSTPAID_PLANS[rung] ?? POSTPAID_PLANS[0];
}
