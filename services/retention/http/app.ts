import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Authenticate } from '../auth/authenticate.ts';
import type { Desk } from '../desk.ts';
import type { OrderStore } from '../order-store.ts';
import type { RiskReader } from '../risk-reader.ts';
import { qualityRoutes } from '../quality/quality-routes.ts';
import type { QualityReader } from '../quality/read-quality.ts';
import { RISK_PATH, TMF_PREFIX, WORK_ORDER_PATH, createTmfUrls } from '../tmf/tmf-urls.ts';
import { notFound, replyForPath, replyWithProblem, replyWithTmfError } from './error-replies.ts';
import type { ShownPart } from '../../platform/telemetry/operations-server.ts';
import { answerClientError } from './client-error.ts';
import { healthRoutes } from './health-routes.ts';
import { describeApi } from './openapi.ts';
import { protect } from './protect.ts';
import { OVERLOAD_LIMITS, refuseOverload } from './refuse-overload.ts';
import type { OverloadLimits } from './refuse-overload.ts';
import { riskAssessmentRoutes } from './risk-assessment-routes.ts';
import { riskChangeRoutes } from './risk-change-routes.ts';
import { riskRoutes } from './risk-routes.ts';
import { workOrderRoutes } from './work-order-routes.ts';

export interface AppDeps {
  readonly store: Pick<OrderStore, 'get' | 'list'>;
  readonly desk: Desk;
  readonly reader: RiskReader;
  readonly quality: QualityReader;
  readonly pseudonymOf: ((number: string) => string) | undefined;
  readonly authenticate: Authenticate;
  readonly publicBaseUrl: string;
  readonly now: () => number;
  readonly notReady: () => readonly string[];
  /** How each part stands that the service needs. */
  readonly parts: () => readonly ShownPart[];
  readonly logger: FastifyBaseLogger;
  /** OVERLOAD_LIMITS unless told. */
  readonly overloadLimits?: OverloadLimits;
  /** Called once per answered request with the route's pattern, never its address. */
  readonly onAnswered: (answer: { method: string; route: string; status: number; seconds: number }) => void;
}

/** The HTTP side of the service, not listening yet. */
export async function createApp(deps: AppDeps): Promise<FastifyInstance> {
  const { reader, authenticate, publicBaseUrl, onAnswered } = deps;
  const app = Fastify({
    loggerInstance: deps.logger,
    // Its request lines hold addresses, and addresses hold what callers put there.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 65_536,
    keepAliveTimeout: 5_000,
    requestTimeout: 30_000,
    // An address such as /%ZZ is refused before any route is known.
    frameworkErrors: (error, request, reply) => {
      void replyForPath(error, request, reply);
    },
    clientErrorHandler: answerClientError,
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler);

  app.removeContentTypeParser('text/plain');
  // RFC 7396, as TMF630 asks for; what is merged is JSON all the same.
  app.addContentTypeParser(
    'application/merge-patch+json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.setErrorHandler(replyWithProblem);
  app.setNotFoundHandler((request, reply) => replyWithProblem(notFound(), request, reply));
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    onAnswered({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    done();
  });
  await app.register(helmet);
  await describeApi(app, publicBaseUrl);
  await app.register(healthRoutes, { notReady: deps.notReady, parts: deps.parts });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());

  const urls = createTmfUrls(publicBaseUrl);
  // Health is answered whatever comes; all else in its turn or not at all.
  await app.register(async (api) => {
    await refuseOverload(api, deps.overloadLimits ?? OVERLOAD_LIMITS);
    api.register(
      (v1, _options, done) => {
        protect(v1, authenticate);
        v1.register(riskRoutes, { reader, pseudonymOf: deps.pseudonymOf, now: deps.now });
        v1.register(qualityRoutes, { quality: deps.quality });
        v1.register(riskChangeRoutes, { reader, store: deps.store, now: deps.now });
        done();
      },
      { prefix: '/v1' },
    );
    api.register(
      (tmf, _options, done) => {
        tmf.setErrorHandler(replyWithTmfError);
        // `fields=` leaves mandatory attributes out at any depth, which compiled serializers refuse.
        tmf.setSerializerCompiler(() => (view) => JSON.stringify(view));
        tmf.setNotFoundHandler((request, reply) => replyWithTmfError(notFound(), request, reply));
        protect(tmf, authenticate);
        tmf.register(workOrderRoutes, { ...deps, urls, prefix: WORK_ORDER_PATH.replace(TMF_PREFIX, '') });
        tmf.register(riskAssessmentRoutes, {
          reader,
          urls,
          publicBaseUrl,
          now: deps.now,
          prefix: RISK_PATH.replace(TMF_PREFIX, ''),
        });
        done();
      },
      { prefix: TMF_PREFIX },
    );
  });
  await app.ready();
  return app;
}
