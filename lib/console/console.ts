import { Fn, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Construct } from 'constructs';
import { accessLog } from '../accessLog.ts';
import type { PipelineFunction } from '../function.ts';
import { logGroup } from '../logs.ts';
import { consoleTiming } from '../limits.ts';
import { consoleFunction, type ConsoleParts } from './function.ts';
import { SignIn } from './signIn.ts';

const pagePaths = ['/console', '/console/{file}'];

/**
 * The console behind a sign-in: CloudFront before an HTTP API of its own, whose calls need a token of
 * the user pool, and one function that serves the page and answers the calls.
 */
export class ServedConsole extends Construct {
  /** Address of the page. */
  readonly url: string;
  readonly userPoolId: string;
  /** Answers the console's questions. */
  readonly fn: PipelineFunction;
  /** Where a domain of the user's own has to point. */
  readonly distributionDomain: string;

  constructor(scope: Construct, id: string, parts: ConsoleParts) {
    super(scope, id);
    const { context } = parts;
    const api = this.#api(parts);
    const distribution = this.#distribution(parts, api);
    this.distributionDomain = distribution.distributionDomainName;
    const host = context.settings.console.domain ?? this.distributionDomain;
    this.url = `https://${host}/console`;
    const signIn = new SignIn(this, 'SignIn', { context, consoleUrl: this.url });
    this.userPoolId = signIn.userPoolId;
    this.fn = consoleFunction(this, parts, signIn);
    const integration = new HttpLambdaIntegration('Console', this.fn.lambda, {
      scopePermissionToRoute: false,
    });
    api.addRoutes({
      path: '/console/api/{call}',
      methods: [HttpMethod.POST],
      integration,
      authorizer: new HttpJwtAuthorizer('SignedIn', signIn.issuer, {
        jwtAudience: [signIn.clientId],
      }),
    });
    const open = pagePaths.flatMap((path) =>
      api.addRoutes({ path, methods: [HttpMethod.GET], integration }),
    );
    for (const route of open)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'The page itself holds nothing of the destination; whoever opens it is sent to the sign-in.',
      });
  }

  #api({ context }: ConsoleParts): HttpApi {
    const api = new HttpApi(this, 'Http', {
      apiName: `${context.name}-console`,
      createDefaultStage: false,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: {
        rateLimit: consoleTiming.requestsPerSecond,
        burstLimit: consoleTiming.burst,
      },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup(this, 'AccessLogs', context)),
        format: AccessLogFormat.custom(accessLog),
      },
    });
    return api;
  }

  #distribution({ context }: ConsoleParts, api: HttpApi): Distribution {
    const { domain, certificateArn } = context.settings.console;
    const origin = new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint)));
    const shared = {
      origin,
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      // The function says all headers, the policy of content among them.
      compress: true,
    } as const;
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Marketo destination: the console',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultRootObject: 'console',
      ...(domain !== undefined &&
        certificateArn !== undefined && {
          domainNames: [domain],
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
        }),
      defaultBehavior: { ...shared, cachePolicy: CachePolicy.CACHING_OPTIMIZED },
      additionalBehaviors: {
        '/console/api/*': {
          ...shared,
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
    });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'A company’s users may be anywhere.' },
      {
        id: 'AwsSolutions-CFR2',
        reason:
          'Every call needs a token of the sign-in, and the API has a limit of its own; a firewall costs more than the console.',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'The API logs every request, and the function who did what.',
      },
      {
        id: 'AwsSolutions-CFR4',
        reason:
          'CloudFront’s own certificate allows no security policy; browsers of today speak TLS 1.2 or newer. console.certificateArn enforces it.',
      },
    );
    return distribution;
  }
}
