import type { SubscriberEvent } from '../events/subscriber-event.ts';
import { setLatest } from '../subscriber/latest.ts';
import { evidenceOf, labelFrom, windowEndMs } from './label-definition.ts';
import type { Label, LabelDefinition, LabelEvidence } from './label-definition.ts';

interface LabelWindow {
  readonly vectorAsOfMs: number;
  evidence: LabelEvidence;
}

/** The windows of many vectors, filled by the events of one log in whatever order they come. */
export interface LabelWindows {
  /** Opens the window of a vector. @returns its number, from 0. */
  open(subscriberId: string, vectorAsOfMs: number): number;
  /** Told of every event of the log, also of those that came too late for any vector: they happened. */
  observe(event: SubscriberEvent): void;
  /** The label of a window; undefined while the log may still hold something of it. */
  labelOf(window: number, completeThroughMs: number | undefined): Label | undefined;
}

export function createLabelWindows(definition: LabelDefinition): LabelWindows {
  const windows: LabelWindow[] = [];
  const bySubscriber = new Map<string, LabelWindow[]>();
  return {
    open(subscriberId, vectorAsOfMs) {
      const window: LabelWindow = { vectorAsOfMs, evidence: undefined };
      const own = bySubscriber.get(subscriberId);
      if (own === undefined) bySubscriber.set(subscriberId, [window]);
      else own.push(window);
      return windows.push(window) - 1;
    },
    observe({ subscriberId, occurredAtMs, body }) {
      const said = evidenceOf(definition, body);
      if (said === undefined) return;
      for (const window of bySubscriber.get(subscriberId) ?? []) {
        const { vectorAsOfMs } = window;
        if (occurredAtMs <= vectorAsOfMs || occurredAtMs > windowEndMs(definition, vectorAsOfMs)) continue;
        window.evidence = setLatest(window.evidence, said, occurredAtMs);
      }
    },
    labelOf(number, completeThroughMs) {
      const window = windows[number];
      if (window === undefined) throw new RangeError(`no window has the number ${number}`);
      if (completeThroughMs === undefined || completeThroughMs < windowEndMs(definition, window.vectorAsOfMs)) {
        return undefined;
      }
      return labelFrom(definition, window.evidence);
    },
  };
}
