import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';

const readinessSchema = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  missing: Type.Optional(Type.Array(Type.String())),
});

/**
 * `/livez` says that the event loop turns and asks nobody; `/readyz` answers 503 while something is missing.
 * `notReady` names what is.
 */
export const healthRoutes: FastifyPluginCallbackTypebox<{ readonly notReady: () => readonly string[] }> = (
  app,
  { notReady },
  done,
) => {
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
      return request.query.verbose === undefined ? { status } : { status, missing };
    },
  );
  done();
};
