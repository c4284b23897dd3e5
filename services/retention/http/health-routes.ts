import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ShownPart } from '../../platform/telemetry/operations-server.ts';

const partSchema = Type.Object({
  name: Type.String(),
  state: Type.String({ description: 'up, starting or missing' }),
  since: Type.String({ format: 'date-time' }),
  detail: Type.String(),
});

const readinessSchema = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  missing: Type.Optional(Type.Array(Type.String())),
  parts: Type.Optional(Type.Array(partSchema)),
});

export interface HealthRoutesDeps {
  /** Names what is missing, and why. */
  readonly notReady: () => readonly string[];
  readonly parts: () => readonly ShownPart[];
}

/**
 * `/livez` says that the event loop turns and asks nobody; `/readyz` answers 503 while something is missing, and with
 * `?verbose` says how each part stands, since when and why.
 */
export const healthRoutes: FastifyPluginCallbackTypebox<HealthRoutesDeps> = (app, { notReady, parts }, done) => {
  const tags = ['health'];
  app.get(
    '/livez',
    { schema: { summary: 'Alive', tags, response: { 200: Type.Object({ status: Type.Literal('alive') }) } } },
    () => ({ status: 'alive' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Ready for traffic',
        tags,
        querystring: Type.Object({ verbose: Type.Optional(Type.String()) }),
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    (request, reply) => {
      const missing = [...notReady()];
      const ready = missing.length === 0;
      const status = ready ? ('ready' as const) : ('not_ready' as const);
      void reply.code(ready ? 200 : 503);
      return request.query.verbose === undefined ? { status } : { status, missing, parts: parts().map(toView) };
    },
  );
  done();
};

function toView({ name, state, sinceMs, detail }: ShownPart): {
  readonly name: string;
  readonly state: string;
  readonly since: string;
  readonly detail: string;
} {
  return { name, state, since: new Date(sinceMs).toISOString(), detail };
}
