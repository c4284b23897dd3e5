import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';

const PATH = '/tmf-api/workOrderManagement/v4/workOrder';
const ANSWER_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 50;

export const WorkOrderSeen = Type.Object({
  id: Type.String(),
  version: Type.String(),
  state: Type.String(),
  note: Type.Optional(Type.Object({ text: Type.String() })),
  relatedParty: Type.Array(Type.Object({ id: Type.String() })),
});
/** What a client looks at in a work order. */
export type WorkOrderSeen = Static<typeof WorkOrderSeen>;

/** A change that a client wants made, and how it recognises that it has been. */
export interface WantedChange {
  readonly workOrderId: string;
  readonly body: object;
  readonly isMade: (order: WorkOrderSeen) => boolean;
}

/** A change that the service has said it made: the order was at this version after it. */
export interface AcknowledgedChange extends WantedChange {
  readonly version: number;
}

export interface CarefulDesk {
  /**
   * Makes a change once, as a careful client does: with If-Match on what it read; after an answer that did not come it
   * reads again and sees whether the change is there before it asks for it again. Waits for the order to be there.
   *
   * @returns undefined where it found the change made, after an answer that did not come.
   */
  change(wanted: WantedChange): Promise<AcknowledgedChange | undefined>;
  /** Answers to changes that did not come, and changes refused because another came first. */
  counts(): { readonly unanswered: number; readonly foundMade: number; readonly overtaken: number };
}

/** @param address of the API; it may be gone at any moment, and come back. */
export function createCarefulDesk(address: string, signal: AbortSignal): CarefulDesk {
  const counts = { unanswered: 0, foundMade: 0, overtaken: 0 };

  async function ask(id: string, init: RequestInit = {}): Promise<Response | undefined> {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${address}${PATH}/${encodeURIComponent(id)}`, {
        ...init,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      // An answer cut off in its body is none.
      return new Response(await response.arrayBuffer(), response);
    } catch {
      return undefined;
    }
  }

  async function read(id: string): Promise<{ readonly order: WorkOrderSeen; readonly etag: string }> {
    for (;;) {
      const response = await ask(id);
      if (response?.status === 200) {
        const order: unknown = await response.json();
        return { order: Value.Parse(WorkOrderSeen, order), etag: response.headers.get('etag') ?? '' };
      }
      // Not there yet, not ready, or no answer.
      if (response !== undefined && response.status !== 404 && response.status !== 503) {
        throw new Error(`GET of ${id} was answered ${response.status}: ${await response.text()}`);
      }
      await delay(LOOK_AGAIN_MS);
    }
  }

  return {
    async change(wanted) {
      const { workOrderId, body, isMade } = wanted;
      let isUnknown = false;
      for (;;) {
        const { order, etag } = await read(workOrderId);
        if (isUnknown && isMade(order)) {
          counts.foundMade += 1;
          return undefined;
        }
        const response = await ask(workOrderId, {
          method: 'PATCH',
          headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag },
          body: JSON.stringify(body),
        });
        if (response?.status === 200) {
          return { ...wanted, version: Number(/^"(\d+)"$/.exec(response.headers.get('etag') ?? '')?.[1]) };
        }
        if (response === undefined || response.status === 503) {
          counts.unanswered += 1;
          isUnknown = true;
        } else if (response.status === 412) {
          counts.overtaken += 1;
        } else {
          throw new Error(`PATCH of ${workOrderId} was answered ${response.status}: ${await response.text()}`);
        }
      }
    },
    counts: () => ({ ...counts }),
  };
}
