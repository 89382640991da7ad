import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { routeOf } from '../../lambdas/ingest/routes.ts';
import { exampleSettings, ofType, only, templateOf, type Template } from './support.ts';

const closed = templateOf(exampleSettings({ THROTTLE_BURST: '77' }));
const classic = templateOf(exampleSettings({ HASH_CLASSIC: 'true' }));

/** Route → the function behind it. */
const routesOf = (template: Template): Record<string, string> =>
  Object.fromEntries(
    ofType(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const { RouteKey, Target } = Properties as {
        RouteKey: string;
        Target: { 'Fn::Join': [string, [string, { Ref: string }]] };
      };
      const integration = template.Resources[Target['Fn::Join'][1][1].Ref]?.Properties as {
        IntegrationUri: { 'Fn::GetAtt': [string, string] };
        PayloadFormatVersion: string;
      };
      expect(integration.PayloadFormatVersion).toBe('2.0');
      const name = /^Functions(Ingest|Hash)/.exec(integration.IntegrationUri['Fn::GetAtt'][0]);
      return [RouteKey, name?.[1] ?? 'neither'];
    }),
  );

const everywhere = {
  'POST /v1/identify': 'Ingest',
  'POST /v1/track': 'Ingest',
  'POST /v1/page': 'Ingest',
  'POST /v1/group': 'Ingest',
  'POST /v1/alias': 'Ingest',
  'POST /v1/screen': 'Ingest',
  'POST /v1/batch': 'Ingest',
  'POST /v1/hash': 'Hash',
  'OPTIONS /v1/hash': 'Hash',
};

describe('the HTTP API', () => {
  it('has the routes of the tracking calls and of the hash', () => {
    expect(routesOf(closed)).toEqual(everywhere);
  });

  it('routes to ingest what ingest serves', () => {
    for (const [route, fn] of Object.entries(routesOf(closed))) {
      const [method, rawPath] = route.split(' ');
      const event = { requestContext: { http: { method } }, rawPath } as APIGatewayProxyEventV2;
      expect(routeOf(event) !== undefined, route).toBe(fn === 'Ingest');
    }
  });

  it('serves the classic hash path only when the setting opens it', () => {
    expect(routesOf(classic)).toEqual({
      ...everywhere,
      'GET /integrations/marketo/v1/{projectId}/{email}/hash': 'Hash',
    });
  });

  it('is throttled as the settings say', () => {
    expect(only(closed, 'AWS::ApiGatewayV2::Stage').Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 77 },
    });
  });

  it('logs the route and never what could name a person', () => {
    const { AccessLogSettings } = only(classic, 'AWS::ApiGatewayV2::Stage').Properties as {
      AccessLogSettings: { Format: string };
    };
    const logged = [...AccessLogSettings.Format.matchAll(/\$context\.([\w.]+)/g)].map(
      ([, name]) => name,
    );
    expect(logged.toSorted()).toEqual([
      'error.responseType',
      'integration.status',
      'requestId',
      'requestTime',
      'responseLatency',
      'responseLength',
      'routeKey',
      'status',
    ]);
  });

  it('may invoke its two functions, and nobody else may through it', () => {
    const permissions = ofType(classic, 'AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties as { Principal: string; SourceArn: unknown })
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(permissions).toHaveLength(2);
    for (const { SourceArn } of permissions) {
      expect(JSON.stringify(SourceArn)).toContain(only(classic, 'AWS::ApiGatewayV2::Api').id);
    }
  });
});
