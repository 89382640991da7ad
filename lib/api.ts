import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  type HttpRouteIntegration,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../lambdas/settings.ts';
import type { PipelineFunction } from './function.ts';
import type { Functions } from './functions.ts';
import { logRetention } from './logRetention.ts';

const ingestCalls = ['identify', 'track', 'page', 'group', 'alias', 'screen', 'batch'];
const classicHashPath = '/integrations/marketo/v1/{projectId}/{email}/hash';

/** The route's pattern, never the path: the classic hash path holds an e-mail. No address either. */
const accessLog = JSON.stringify({
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  errorType: '$context.error.responseType',
});

interface ApiProps {
  readonly settings: Settings;
  readonly functions: Functions;
}

/** The HTTP API: Segment's tracking calls and Munchkin's hash. */
export class Api extends Construct {
  readonly api: HttpApi;
  /** Where senders point their SDK, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, functions }: ApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Http', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
    });
    this.url = this.api.apiEndpoint;
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: logRetention[settings.logDays],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
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
    for (const call of ingestCalls) {
      this.route(`/v1/${call}`, [HttpMethod.POST], ingest, 'The function checks the write key.');
    }
    this.route(
      '/v1/hash',
      [HttpMethod.POST, HttpMethod.OPTIONS],
      hash,
      'Browsers call it without a login; the function checks the origin.',
    );
    if (settings.hash.classic) {
      this.route(
        classicHashPath,
        [HttpMethod.GET],
        hash,
        'The classic client sends no credentials; the setting hash.classic says that it is open.',
      );
    }
  }

  private integration(id: string, { lambda }: PipelineFunction): HttpLambdaIntegration {
    // One permission for the API instead of one for each route, which all lead to this function.
    return new HttpLambdaIntegration(id, lambda, { scopePermissionToRoute: false });
  }

  private route(
    path: string,
    methods: HttpMethod[],
    integration: HttpRouteIntegration,
    whyOpen: string,
  ): void {
    for (const route of this.api.addRoutes({ path, methods, integration })) {
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: whyOpen });
    }
  }
}
