import { describe, expect, it } from 'vitest';
import { paths } from '../../lambdas/ingest/routes.ts';
import { createRoutes } from '../../local/http/routes.ts';
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
  'GET /v1/openapi.json': 'Ingest',
  'POST /v1/{call+}': 'Ingest',
  'OPTIONS /v1/{call+}': 'Ingest',
  'POST /beacon/v1/{call+}': 'Ingest',
  'OPTIONS /beacon/v1/{call+}': 'Ingest',
  'POST /api/s/{call+}': 'Ingest',
  'OPTIONS /api/s/{call+}': 'Ingest',
  'POST /v1/hash': 'Hash',
  'OPTIONS /v1/hash': 'Hash',
  // 404, with the CORS headers that API Gateway's own has not.
  $default: 'Ingest',
};

describe('the HTTP API', () => {
  it('has the routes of the tracking calls and of the hash', () => {
    expect(routesOf(closed)).toEqual(everywhere);
  });

  it('leaves CORS to the functions: a configuration of the API would override the origins of the hash', () => {
    // AWS: "If you configure CORS for an API, API Gateway ignores CORS headers returned from your backend integration."
    expect(only(closed, 'AWS::ApiGatewayV2::Api')).not.toHaveProperty(
      'Properties.CorsConfiguration',
    );
    expect(only(closed, 'AWS::ApiGatewayV2::Api')).toHaveProperty('Properties.ProtocolType');
    for (const path of ['/v1/{call+}', '/v1/hash'])
      expect(routesOf(closed)).toHaveProperty([`OPTIONS ${path}`]);
  });

  it('routes to ingest what ingest serves, also with a trailing slash', () => {
    const routes = createRoutes(
      Object.entries(routesOf(closed)).map(([key, target]) => ({ key, target })),
    );
    expect(paths).toContain('/v1/import');
    for (const path of paths.flatMap((each) => [each, `${each}/`])) {
      for (const method of ['POST', 'OPTIONS']) {
        expect(routes(method, path)?.route.target, `${method} ${path}`).toBe('Ingest');
      }
    }
    expect(routes('POST', '/v1/hash')?.route.target).toBe('Hash');
    expect(routes('OPTIONS', '/v1/hash')?.route.target).toBe('Hash');
  });

  it('routes a webhook with a key in its path to ingest', () => {
    const routes = createRoutes(
      Object.entries(routesOf(closed)).map(([key, target]) => ({ key, target })),
    );
    expect(routes('POST', '/v1/webhook/a-key')?.route.target).toBe('Ingest');
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

  it('throttles the routes of the hash, and what no route takes, apart, once they are there', () => {
    const limited = templateOf(exampleSettings({ HASH_CLASSIC: 'true', THROTTLE_HASH_BURST: '7' }));
    const stage = only(limited, 'AWS::ApiGatewayV2::Stage');
    const { RouteSettings } = stage.Properties as { RouteSettings: Record<string, unknown> };
    const routes = ofType(limited, 'AWS::ApiGatewayV2::Route').filter(([id]) =>
      /hash|NotFound/.test(id),
    );
    const keys = Object.entries(routesOf(limited)).filter(
      ([key, behind]) => behind === 'Hash' || key === '$default',
    );
    expect(routes).toHaveLength(keys.length);
    expect(RouteSettings).toEqual(
      Object.fromEntries(
        keys.map(([key]) => [key, { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 7 }]),
      ),
    );
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)));
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
