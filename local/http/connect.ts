import * as z from 'zod';
import { readProperties } from '../readProperties.ts';
import type { LocalFunction } from '../functions/function.ts';
import { resourcesOf, type Physicals, type Template } from '../template.ts';
import type { Route } from './routes.ts';
import type { Integration } from './server.ts';

/** API Gateway's own limit, which holds where an integration sets none. */
const longestIntegrationMs = 30_000;

// Strict: a property that the local run would not obey must not pass in silence.
const apiSchema = z.strictObject({
  Name: z.unknown().optional(),
  Description: z.unknown().optional(),
  Tags: z.unknown().optional(),
  ProtocolType: z.literal('HTTP'),
  DisableExecuteApiEndpoint: z.literal(false).optional(),
});

const integrationSchema = z.strictObject({
  ApiId: z.unknown().optional(),
  Description: z.unknown().optional(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.number().default(longestIntegrationMs),
});

const routeSchema = z.strictObject({
  ApiId: z.unknown().optional(),
  AuthorizationType: z.literal('NONE').optional(),
  RouteKey: z.string(),
  Target: z.string(),
});

/**
 * The template's routes, each with the function behind it. API and integrations go into
 * `physicals`.
 * @throws for an API, integration or route with properties that the local run does not obey
 */
export const routesOf = (
  template: Template,
  physicals: Physicals,
  functions: readonly LocalFunction[],
): readonly Route<Integration>[] => {
  for (const [id, written] of resourcesOf(template, 'AWS::ApiGatewayV2::Api')) {
    readProperties(apiSchema, id, written, physicals);
    physicals.set(id, { ref: id, attributes: { ApiId: id } });
  }
  const integrations = new Map<string, Integration>();
  for (const [id, written] of resourcesOf(template, 'AWS::ApiGatewayV2::Integration')) {
    const { IntegrationUri, TimeoutInMillis } = readProperties(
      integrationSchema,
      id,
      written,
      physicals,
    );
    const target = functions.find(({ arn }) => IntegrationUri === arn);
    if (!target) throw new Error(`${id}: there is no function ${IntegrationUri} here`);
    physicals.set(id, { ref: id, attributes: {} });
    integrations.set(`integrations/${id}`, { target, timeoutMs: TimeoutInMillis });
  }
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([id, written]) => {
    const route = readProperties(routeSchema, id, written, physicals);
    const target = integrations.get(route.Target);
    if (!target) throw new Error(`${id}: there is no integration ${route.Target} here`);
    return { key: route.RouteKey, target };
  });
};
