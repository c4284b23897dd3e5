import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';

const WORK_ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';

const Reason = Type.Object({
  direction: Type.Enum(['raises', 'lowers']),
  share: Type.Number(),
  textEn: Type.String(),
  textZh: Type.String(),
});
const Alert = Type.Object({
  riskScore: Type.Number(),
  riskAsOf: Type.String(),
  baseMargin: Type.Number(),
  rawMargin: Type.Number(),
  reasons: Type.Array(Reason),
  protectiveReasons: Type.Array(Reason),
});
type Alert = Static<typeof Alert>;
const Orders = Type.Array(
  Type.Object({
    externalId: Type.String(),
    relatedEntity: Type.Array(Type.Object({ id: Type.String() })),
    workOrderItem: Type.Array(
      Type.Object({
        work: Type.Object({
          workCharacteristic: Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() })),
        }),
      }),
    ),
  }),
);
const orders = Compile(Orders);
const alerts = Compile(Alert);

/** An alert as its work order tells it. */
export interface ShownAlert extends Alert {
  readonly alertId: string;
  readonly subscriberId: string;
}

/**
 * The surest of the first work orders' alerts, asked of the retention service; undefined where there is none.
 *
 * @throws where the list cannot be had, or holds something else than orders with their reasons.
 */
export async function fetchSurestAlert(address: string): Promise<ShownAlert | undefined> {
  const response = await fetch(`${address}${WORK_ORDERS}?limit=200`);
  const list: unknown = await response.json();
  if (response.status !== 200 || !orders.Check(list)) throw new Error(`${WORK_ORDERS} answered ${response.status}`);
  const found = list.map((order) => {
    const values = order.workOrderItem.flatMap(({ work }) => work.workCharacteristic);
    const alert: unknown = Object.fromEntries(values.map(({ name, value }) => [name, value]));
    if (!alerts.Check(alert)) throw new Error(`work order of ${order.externalId} holds no reasons`);
    return { ...alert, alertId: order.externalId, subscriberId: order.relatedEntity[0]?.id ?? '' };
  });
  return found.toSorted((one, other) => other.riskScore - one.riskScore)[0];
}

/** The alert for people: probability, reasons in both languages, and how they add up. */
export function formatAlert(alert: ShownAlert): string {
  const { subscriberId, riskScore, riskAsOf, baseMargin, rawMargin } = alert;
  const percent = `${Math.round(riskScore * 100)} %`;
  const all = [...alert.reasons, ...alert.protectiveReasons];
  return [
    '  The surest of the alerts, as its work order tells it over HTTP:',
    '',
    `    ${subscriberId}, ${riskAsOf.slice(0, 10)}: leaves with a probability of ${percent}`,
    '',
    ...all.flatMap(({ direction, share, textEn, textZh }) => [
      `    ${direction === 'raises' ? '+' : '-'}${shareText(share).padStart(5)}  ${textEn}`,
      `            ${textZh}`,
    ]),
    '',
    `    log-odds: ${signed(baseMargin)} on average, ${signed(rawMargin - baseMargin)} by all reasons, ` +
      `${signed(rawMargin)} together, which is ${percent}`,
  ].join('\n');
}

function shareText(share: number): string {
  return share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`;
}

function signed(margin: number): string {
  return `${margin < 0 ? '-' : '+'}${Math.abs(margin).toFixed(2)}`;
}
