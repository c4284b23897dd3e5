import { askInBytes, ask } from './ask.ts';
import type { Request } from './ask.ts';
import { writtenWays } from './markers.ts';
import { PERSON } from './operator-rows.ts';
import type { Place } from './search.ts';

const JSON_BODY = { 'content-type': 'application/json' };

/** Requests that hold a number, or a name, wherever callers may put one. @param order path of a work order. */
function requestsWith(number: string, order: string): readonly Request[] {
  const escaped = encodeURIComponent(number);
  const post = (path: string, body: string): Request => ({ method: 'POST', path, headers: JSON_BODY, body });
  const patch = (body: string): Request => ({ method: 'PATCH', path: order, headers: JSON_BODY, body });
  return [
    { path: `/v1/subscribers/${escaped}/risk` },
    { path: `/v1/subscribers/${escaped}/risk/change?since=${escaped}` },
    { path: `/v1/subscribers/${escaped}` },
    { path: `/v1/risks?band=${escaped}` },
    { path: `/v1/risks?after=${escaped}` },
    { path: `/v1/risks?number=${escaped}` },
    { path: `/${escaped}?${escaped}=${escaped}` },
    { path: `/tmf-api/workOrderManagement/v4/workOrder/${escaped}` },
    { path: `/tmf-api/workOrderManagement/v4/workOrder?limit=${escaped}` },
    { path: `/tmf-api/workOrderManagement/v4/${escaped}` },
    { path: `/tmf-api/riskManagement/v4/partyRoleRiskAssessment/${escaped}` },
    { path: `/tmf-api/riskManagement/v4/partyRoleRiskAssessment?offset=${escaped}` },
    post('/v1/risk-queries', JSON.stringify({ number })),
    post('/v1/risk-queries', JSON.stringify({ number, name: PERSON.name, [number]: number })),
    post('/v1/risk-queries', JSON.stringify({ number: `${PERSON.name} ${number}` })),
    post('/v1/risk-queries', JSON.stringify([number])),
    post('/v1/risk-queries', `{"number": ${number}`),
    post('/v1/risk-queries?x=1', number),
    { ...post('/v1/risk-queries', `number=${escaped}`), headers: { 'content-type': `text/${escaped}` } },
    patch(JSON.stringify({ state: number })),
    patch(JSON.stringify({ priority: number, note: number })),
    patch(JSON.stringify({ externalId: number })),
    patch(
      JSON.stringify({
        workOrderItem: [{ id: '1', action: 'add', work: { workCharacteristic: [{ name: 'cause', value: number }] } }],
      }),
    ),
    {
      path: order,
      headers: {
        'x-request-id': escaped,
        'x-correlation-id': escaped,
        referer: `http://crm/${escaped}`,
        'user-agent': escaped,
        traceparent: escaped,
        cookie: `msisdn=${escaped}`,
      },
    },
    { ...patch('{}'), headers: { ...JSON_BODY, 'if-match': `"${escaped}"` } },
    { path: order, headers: { authorization: `Bearer ${escaped}`, 'x-api-key': escaped } },
  ];
}

/**
 * @param keyHeaders those of a caller who may do all.
 * @returns the answers; how many were errors shows that they were asked for.
 */
export async function askHostileThings(
  address: string,
  {
    numbers,
    keyHeaders,
    order,
  }: {
    readonly numbers: readonly string[];
    readonly keyHeaders: Readonly<Record<string, string>>;
    readonly order: string;
  },
): Promise<{ readonly places: readonly Place[]; readonly asked: number; readonly refused: number }> {
  const places: Place[] = [];
  let refused = 0;
  for (const written of numbers.flatMap(writtenWays)) {
    for (const request of requestsWith(written, order)) {
      const place = await ask(address, { ...request, headers: { ...keyHeaders, ...request.headers } });
      if (place.status >= 400) refused += 1;
      // The name of a place is told in reports.
      places.push({ ...place, name: `${request.method ?? 'GET'} answered ${place.status}` });
    }
    places.push(await askInBytes(address, `${written} / HTTP/1.1\r\n\r\n`));
    places.push(await askInBytes(address, `GET /${written.replaceAll(' ', '')} HTTP/9.9\r\nnumber ${written}\r\n\r\n`));
  }
  return { places, asked: places.length, refused };
}
