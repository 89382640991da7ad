import { Validations } from 'aws-cdk-lib';
import {
  CfnRoute,
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  type HttpRouteIntegration,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { accessLog } from './accessLog.ts';
import type { DestinationContext } from './context.ts';
import { type ApiDomain, OwnDomain } from './domain.ts';
import type { PipelineFunction } from './function.ts';
import type { Functions } from './functions.ts';
import { logGroup } from './logs.ts';

/**
 * All of ingest's calls, also those with a trailing slash: an HTTP API has no route that ends in one.
 * Segment's dialect, RudderStack's beacons and Jitsu's. The function knows the calls and answers 404
 * to others.
 */
const ingestPaths = ['/v1/{call+}', '/beacon/v1/{call+}', '/api/s/{call+}'];
const classicHashPath = '/integrations/marketo/v1/{projectId}/{email}/hash';

interface ApiProps {
  readonly context: DestinationContext;
  readonly functions: Functions;
  /** Absent: the API has only the address that AWS gives it. */
  readonly domain: ApiDomain | undefined;
}

/** Limits of their own for these routes, which must be there before the stage can name them. */
const throttle = (
  { node: { defaultChild: stage } }: HttpStage,
  routes: readonly HttpRoute[],
  ThrottlingRateLimit: number,
  ThrottlingBurstLimit: number,
): void => {
  const keys = routes.flatMap(({ node: { defaultChild: route } }) =>
    route instanceof CfnRoute ? route.routeKey : [],
  );
  if (!(stage instanceof CfnStage) || keys.length < routes.length) {
    throw new Error('CDK builds a stage or a route otherwise than it did: no limit can be set');
  }
  const limits = { ThrottlingRateLimit, ThrottlingBurstLimit };
  stage.routeSettings = Object.fromEntries(keys.map((key) => [key, limits]));
  stage.node.addDependency(...routes);
};

/** The HTTP API: Segment's tracking calls and Munchkin's hash. */
export class Api extends Construct {
  readonly api: HttpApi;
  /** Where senders point their SDK, without a trailing slash. */
  readonly url: string;
  /** What a domain of the user's own has to point at. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { context, functions, domain }: ApiProps) {
    super(scope, id);
    const { name, settings } = context;
    this.api = new HttpApi(this, 'Http', {
      apiName: name,
      createDefaultStage: false,
      // With mutual TLS the address that AWS gives would be a way around it.
      ...(domain?.mutualTls && { disableExecuteApiEndpoint: true }),
    });
    const own = domain && new OwnDomain(this, 'Domain', domain);
    this.domainTarget = own?.target;
    this.url = domain ? `https://${domain.name}` : this.api.apiEndpoint;
    const logs = logGroup(this, 'AccessLogs', context);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      ...(own && { domainMapping: { domainName: own.domain } }),
      throttle: {
        rateLimit: settings.throttle.requestsPerSecond,
        burstLimit: settings.throttle.burst,
      },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(accessLog),
      },
    });

    const ingest = this.integration('Ingest', functions.ingest);
    const hash = this.integration('Hash', functions.hash);
    // The function answers preflights itself: CORS of the whole API would override the hash's own.
    for (const path of ingestPaths) {
      this.route(
        path,
        [HttpMethod.POST, HttpMethod.OPTIONS],
        ingest,
        'The function checks the write key or the signature; a preflight says nothing.',
      );
    }
    this.route(
      '/v1/openapi.json',
      [HttpMethod.GET],
      ingest,
      'It says which calls there are, as the documentation does.',
    );
    const hashRoutes = this.route(
      '/v1/hash',
      [HttpMethod.POST, HttpMethod.OPTIONS],
      hash,
      'Browsers call it without a login; the function checks the token or the origin.',
    );
    if (settings.hash.classic) {
      hashRoutes.push(
        ...this.route(
          classicHashPath,
          [HttpMethod.GET],
          hash,
          'The classic client sends no credentials; the setting hash.classic says that it is open.',
        ),
      );
    }
    const { hashRequestsPerSecond, hashBurst } = settings.throttle;
    throttle(stage, [...hashRoutes, this.notFound(ingest)], hashRequestsPerSecond, hashBurst);
  }

  private integration(id: string, { lambda }: PipelineFunction): HttpLambdaIntegration {
    // One permission for the API instead of one for each route, which all lead to this function.
    return new HttpLambdaIntegration(id, lambda, { scopePermissionToRoute: false });
  }

  /** What no route takes: the function answers 404 with CORS headers, which API Gateway's own lacks. */
  private notFound(integration: HttpRouteIntegration): HttpRoute {
    const route = new HttpRoute(this, 'NotFound', {
      httpApi: this.api,
      routeKey: HttpRouteKey.DEFAULT,
      integration,
    });
    const reason = 'It answers every request with 404.';
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
    return route;
  }

  private route(
    path: string,
    methods: HttpMethod[],
    integration: HttpRouteIntegration,
    whyOpen: string,
  ): HttpRoute[] {
    const routes = this.api.addRoutes({ path, methods, integration });
    for (const route of routes) {
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: whyOpen });
    }
    return routes;
  }
}
