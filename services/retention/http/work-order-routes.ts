import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { WorkOrder } from '../../core/work-orders/work-order.ts';
import type { Desk } from '../desk.ts';
import { listWorkOrders } from '../list-work-orders.ts';
import type { OrderStore } from '../order-store.ts';
import { commandsForPatch, workOrderPatchSchema } from '../tmf/patch-work-order.ts';
import { filtersOf, project } from '../tmf/tmf-query.ts';
import { tmfErrorSchema } from '../tmf/tmf-error.ts';
import type { TmfUrls } from '../tmf/tmf-urls.ts';
import { WORK_ORDER_PATH } from '../tmf/tmf-urls.ts';
import { workOrderSchema } from '../tmf/work-order-schema.ts';
import { toTmfWorkOrder } from '../tmf/work-order-view.ts';
import { etagOf, versionFromIfMatch } from './entity-tag.ts';
import {
  DEFAULT_TMF_LIMIT,
  methodNotAllowed,
  setPageHeaders,
  tmfErrors,
  tmfFieldsQuerySchema,
  tmfListQuerySchema,
  valueOrApiError,
} from './tmf-replies.ts';

export interface WorkOrderRoutesDeps {
  readonly store: Pick<OrderStore, 'get' | 'list'>;
  readonly desk: Desk;
  readonly urls: TmfUrls;
  readonly publicBaseUrl: string;
  readonly now: () => number;
}

const tags = ['TMF697 work order'];
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });

/** TMF697 v4 workOrder: list, get, patch. */
export const workOrderRoutes: FastifyPluginCallbackTypebox<WorkOrderRoutesDeps> = (app, deps, done) => {
  const { store, desk, urls, publicBaseUrl, now } = deps;
  const toView = (order: WorkOrder): ReturnType<typeof toTmfWorkOrder> => toTmfWorkOrder(order, urls);

  app.get(
    '/workOrder',
    {
      config: { scope: 'workorder:read' },
      schema: {
        summary: 'List work orders, oldest first',
        description: 'Any attribute filters by its name, e.g. state=held or relatedParty.id=…; values may be quoted.',
        tags,
        querystring: tmfListQuerySchema,
        response: { 200: Type.Array(workOrderSchema), ...tmfErrors },
      },
    },
    async (request, reply) => {
      const { offset = 0, limit = DEFAULT_TMF_LIMIT, fields } = request.query;
      const { orders, total } = await listWorkOrders(
        store,
        { filters: filtersOf(request.query), offset, limit },
        toView,
      );
      const url = new URL(`${publicBaseUrl}${WORK_ORDER_PATH}/workOrder`);
      url.search = new URL(request.url, publicBaseUrl).search;
      setPageHeaders(reply, url.href, { offset, limit, total }, orders.length);
      return orders.map((order) => project(toView(order), fields));
    },
  );

  app.get(
    '/workOrder/:id',
    {
      config: { scope: 'workorder:read' },
      schema: {
        summary: 'One work order',
        tags,
        params,
        querystring: tmfFieldsQuerySchema,
        response: { 200: workOrderSchema, ...tmfErrors },
      },
    },
    async (request, reply) => {
      const order = await store.get(request.params.id);
      if (order === undefined) return valueOrApiError({ ok: false, reason: 'not_found', detail: 'no such work order' });
      void reply.header('etag', etagOf(order.version));
      return project(toView(order), request.query.fields);
    },
  );

  app.patch(
    '/workOrder/:id',
    {
      config: { scope: 'workorder:write' },
      schema: {
        summary: 'Change a work order',
        description:
          'Merge semantics (RFC 7396), as application/merge-patch+json or application/json. workOrderItem may be left out although the TMF697 file requires it. State moves follow the ' +
          'TMF order life cycle, any other is 409. With If-Match the change is made only at that version, else 412.',
        tags,
        params,
        headers: Type.Object({ 'if-match': Type.Optional(Type.String()) }, { additionalProperties: true }),
        body: workOrderPatchSchema,
        response: { 200: workOrderSchema, ...tmfErrors, 412: tmfErrorSchema },
      },
    },
    async (request, reply) => {
      const onlyVersion = valueOrApiError(versionFromIfMatch(request.headers['if-match']));
      const patch = request.body;
      const changed = await desk.change(request.params.id, onlyVersion, (order) =>
        commandsForPatch(order, patch, { urls, atMs: now() }),
      );
      const order = valueOrApiError(changed);
      void reply.header('etag', etagOf(order.version));
      return toView(order);
    },
  );

  app.post(
    '/workOrder',
    {
      config: { scope: 'workorder:write' },
      schema: { summary: 'Not offered: alerts open orders', tags, response: tmfErrors },
    },
    () => methodNotAllowed('GET, HEAD'),
  );
  app.delete(
    '/workOrder/:id',
    {
      config: { scope: 'workorder:write' },
      schema: { summary: 'Not offered: orders are kept', tags, params, response: tmfErrors },
    },
    () => methodNotAllowed('GET, HEAD, PATCH'),
  );
  done();
};
