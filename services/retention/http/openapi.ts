import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';

/** Describes every route registered afterwards; `app.swagger()` is the document. */
export async function describeApi(app: FastifyInstance, publicBaseUrl: string): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Churn warning: risk and retention work orders',
        version: '1.0.0',
        description:
          'Errors are RFC 9457 problems, under /tmf-api TM Forum errors. Where credentials are switched on, each ' +
          'operation needs the scope in its x-scope.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: publicBaseUrl }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const scope = route.config?.scope;
      const security = scope === undefined ? [] : [{ bearer: [] }, { apiKey: [] }];
      return { url, schema: { ...schema, security, ...(scope === undefined ? {} : { 'x-scope': scope }) } };
    },
  });
}
