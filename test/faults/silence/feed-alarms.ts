import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningService } from '../../support/scorer-process.ts';

const RULES = join(import.meta.dirname, '../../../deploy/prometheus/rules/feeds.yml');
const MINUTE_MS = 60_000;
const INTERVAL_MINUTES = 5;
/** How long after a look the alerts are asked for, and the last look of an outage holds. */
const [ASKED_AFTER_MINUTES, LAST_HOLDS_MINUTES] = [30, 60];
const FEEDS = ['account', 'voice'];

/** The alert that an SRE has at one time; undefined for none. */
export type FeedAlarm = { readonly alertname: string; readonly feed?: string } | undefined;

interface Look {
  readonly atMs: number;
  readonly isLast: boolean;
  readonly wanted: FeedAlarm;
  /** Value by series, with its instance. */
  readonly series: ReadonlyMap<string, number>;
}

/** Collects what /metrics of the scorers say at instants of event time, and has promtool run the shipped rules over it. */
export interface FeedAlarms {
  /** @param isLast of an outage: what comes between it and the next is not looked at. */
  look(scorers: readonly RunningService[], atMs: number, wanted: FeedAlarm, isLast: boolean): Promise<void>;
  /** How many looks there were, and what promtool says where the alerts were not those that were wanted. */
  check(directory: string, promtool: string): { readonly looks: number; readonly differences: string[] };
}

export function collectFeedAlarms(): FeedAlarms {
  const looks: Look[] = [];
  return {
    async look(scorers, atMs, wanted, isLast) {
      const series = new Map<string, number>();
      for (const [instance, scorer] of scorers.entries()) {
        const read = async (name: string, feed?: string): Promise<number> => {
          const value = await scorer.metric(name, feed === undefined ? {} : { feed });
          const labels = [...(feed === undefined ? [] : [`feed="${feed}"`]), `instance="${instance}"`];
          series.set(`${name}{${labels.join(',')}}`, value);
          return value;
        };
        await read('churn_feed_stale_after_seconds');
        for (const feed of FEEDS) {
          await read('churn_feed_stale_partitions', feed);
          await read('churn_feed_complete_through_seconds', feed);
        }
      }
      looks.push({ atMs, isLast, wanted, series });
    },
    check(directory, promtool) {
      const file = join(directory, 'feed-alarms.test.yml');
      // JSON is YAML.
      writeFileSync(file, JSON.stringify(toRulesTest(looks)));
      const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', file], { encoding: 'utf8' });
      return { looks: looks.length, differences: status === 0 ? [] : [`alerts that SREs get: ${stdout}${stderr}`] };
    },
  };
}

function toRulesTest(looks: readonly Look[]): object {
  const startMs = looks[0]?.atMs ?? 0;
  const names = new Set(looks.flatMap(({ series }) => [...series.keys()]));
  return {
    rule_files: [RULES],
    evaluation_interval: `${INTERVAL_MINUTES}m`,
    tests: [
      {
        interval: `${INTERVAL_MINUTES}m`,
        input_series: [...names].map((series) => ({ series, values: valuesOf(series, looks, startMs) })),
        promql_expr_test: looks.map(({ atMs, wanted }) => ({
          expr: 'count by (alertname, feed) (ALERTS{alertstate="firing"})',
          eval_time: `${(atMs - startMs) / MINUTE_MS + ASKED_AFTER_MINUTES}m`,
          exp_samples: wanted === undefined ? [] : [{ labels: labelsOf(wanted), value: 1 }],
        })),
      },
    ],
  };
}

/** One value in each interval: what the last look saw, or nothing between two outages. Times count from the first look. */
function valuesOf(series: string, looks: readonly Look[], startMs: number): string {
  const isTime = series.startsWith('churn_feed_complete_through_seconds');
  return looks
    .flatMap(({ atMs, isLast, series: seen }, i) => {
      const minutes = ((looks[i + 1]?.atMs ?? Infinity) - atMs) / MINUTE_MS;
      const held = isLast ? LAST_HOLDS_MINUTES : minutes;
      const value = (seen.get(series) ?? 0) - (isTime ? startMs / 1_000 : 0);
      const gap = Number.isFinite(minutes) ? minutes - held : 0;
      return [`${value}x${held / INTERVAL_MINUTES - 1}`, ...(gap > 0 ? [`_x${gap / INTERVAL_MINUTES}`] : [])];
    })
    .join(' ');
}

function labelsOf(alarm: NonNullable<FeedAlarm>): string {
  const feed = alarm.feed === undefined ? '' : `,feed="${alarm.feed}"`;
  return `{alertname="${alarm.alertname}"${feed}}`;
}
