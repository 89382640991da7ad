import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { demoPolicy, type DemoRun } from '../../local/demo/page.ts';
import { createSite } from '../../local/demo/site.ts';
import { createGateway } from '../../local/http/server.ts';
import { closeServer, listen } from '../../local/listen.ts';
import { unknownResources, withoutDeployment } from '../../local/inventory.ts';
import { exampleSettings, templateOf } from '../lib/support.ts';

const simulated: DemoRun = {
  munchkinId: '000-AAA-000',
  writeKey: 'key"&<',
  script: Buffer.from('window.marketoDestination = {};'),
  simulatorUrl: 'http://127.0.0.1:1',
};

const serve = async (run: DemoRun): Promise<string> => {
  const gateway = createGateway();
  const url = await listen(gateway.server);
  onTestFinished(() => closeServer(gateway.server));
  gateway.open({
    routes: [],
    site: createSite(run, { base: 'http://localhost:8787', writeKey: run.writeKey }),
  });
  return url;
};

/** Attributes of the page's only script tag with a Munchkin id. */
const tagOf = (html: string): Record<string, string> => {
  const [, inside = ''] = /<script ([^>]*data-munchkin-id[^>]*) defer>/.exec(html) ?? [];
  return Object.fromEntries(
    [...inside.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
};

test('the demo page loads the script as the documentation says, pinned to its content', async () => {
  const url = await serve(simulated);
  const response = await fetch(`${url}/demo`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  const tag = tagOf(await response.text());
  expect(tag).toMatchObject({
    crossorigin: 'anonymous',
    'data-munchkin-id': '000-AAA-000',
    'data-munchkin-url': 'http://127.0.0.1:1/munchkin.js',
    'data-endpoint': url,
    'data-write-key': 'key&quot;&amp;&lt;',
  });
  const script = await fetch(url + (tag['src'] ?? ''));
  const body = Buffer.from(await script.arrayBuffer());
  expect(body.equals(simulated.script)).toBe(true);
  expect(tag['integrity']).toBe(`sha384-${createHash('sha384').update(body).digest('base64')}`);
});

test('the script has the two addresses and the headers that it has in the cloud', async () => {
  const url = await serve(simulated);
  const { src = '' } = tagOf(await (await fetch(`${url}/demo`)).text());
  for (const [path, cacheControl] of [
    [src, 'public, max-age=31536000, immutable'],
    ['/browser/latest/marketo.js', 'public, max-age=300'],
  ] as const) {
    const { status, headers } = await fetch(url + path);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': cacheControl,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
  }
  expect((await fetch(`${url}/browser/v0000000000000000/marketo.js`)).status).toBe(404);
});

test('every page of the demo is there by its own address, and nothing is taken from elsewhere', async () => {
  const url = await serve(simulated);
  for (const path of ['/demo', '/demo/', '/demo/pricing?currency=eur', '/demo/docs']) {
    const response = await fetch(url + path);
    expect(response.status, path).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
  const css = await (await fetch(`${url}/demo/page.css`)).text();
  expect(css).not.toMatch(/url\(|@import/);
  const main = await fetch(`${url}/demo/main.js`);
  expect([main.status, main.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ]);
  expect((await main.text()).length).toBeGreaterThan(10_000);
});

test('only GET and HEAD are answered, and unknown paths are not', async () => {
  const url = await serve(simulated);
  expect((await fetch(`${url}/demo`, { method: 'HEAD' })).status).toBe(200);
  expect((await fetch(`${url}/demo`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${url}/demo/other`)).status).toBe(404);
});

test('with a real Marketo the page may load Munchkin and send visits to that instance', async () => {
  const { munchkinId, writeKey, script } = simulated;
  const real: DemoRun = { munchkinId, writeKey, script };
  const html = await (await fetch(`${await serve(real)}/demo`)).text();
  expect(tagOf(html)).not.toHaveProperty('data-munchkin-url');
  expect(html).toContain('<body data-marketo="real" data-munchkin-id="000-AAA-000">');
  expect(demoPolicy(real)).toContain("script-src 'self' https://munchkin.marketo.net;");
  expect(demoPolicy(real)).toContain("connect-src 'self' https://000-AAA-000.mktoresp.com;");
});

test('what belongs to the delivery of the script alone is left out of the local run', () => {
  const template = templateOf(exampleSettings());
  const rest = withoutDeployment(template);
  expect(unknownResources(rest)).toEqual([]);
  const of = (type: RegExp): readonly string[] =>
    Object.values(rest.Resources).flatMap(({ Type }) => (type.test(Type) ? [Type] : []));
  expect(of(/S3|CloudFront|^Custom::/)).toEqual([]);
  expect(of(/Lambda::Function$/)).toHaveLength(4);
});

test('a custom resource that nobody taught the local run is named, and its function stays', () => {
  const rest = withoutDeployment({
    Resources: {
      Maker: { Type: 'AWS::Lambda::Function' },
      Made: {
        Type: 'Custom::Something',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] } },
      },
    },
  });
  expect(Object.keys(rest.Resources)).toEqual(['Maker', 'Made']);
  expect(unknownResources(rest)).toEqual([expect.stringMatching(/Made \(Custom::Something\)/)]);
});
