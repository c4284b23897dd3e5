import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';

/** One thing that must work before traffic may come. */
export interface ReadinessCheck {
  readonly name: string;
  /** Answers whether it works; a rejection counts as no. */
  readonly check: () => Promise<boolean>;
}

const readinessSchema = Type.Object({
  status: Type.Enum(['ready', 'not_ready']),
  checks: Type.Optional(Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean() }))),
});

/** `/livez` says that the event loop turns and asks nobody; `/readyz` asks every dependency. */
export const healthRoutes: FastifyPluginCallbackTypebox<{ readonly checks: readonly ReadinessCheck[] }> = (
  app,
  { checks },
  done,
) => {
  app.get(
    '/livez',
    {
      schema: { summary: 'Alive', tags: ['health'], response: { 200: Type.Object({ status: Type.Literal('alive') }) } },
    },
    () => ({ status: 'alive' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Ready for traffic',
        tags: ['health'],
        querystring: Type.Object({ verbose: Type.Optional(Type.String()) }),
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (request, reply) => {
      const results = await Promise.all(checks.map(async ({ name, check }) => ({ name, ok: await succeeds(check) })));
      const ready = results.every(({ ok }) => ok);
      const status = ready ? ('ready' as const) : ('not_ready' as const);
      const answer = request.query.verbose === undefined ? { status } : { status, checks: results };
      return reply.code(ready ? 200 : 503).send(answer);
    },
  );
  done();
};

async function succeeds(check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
