import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { isCallback } from '../../lambdas/hash/callback.ts';
import { apiWith, goodToken, sha1 } from './support.ts';

const open = apiWith({ classic: true });

describe("the classic client's path", () => {
  it('is not there unless the setting opens it', async () => {
    expect((await apiWith().jsonp('ada@example.com')).statusCode).toBe(404);
    expect((await apiWith({ access: 'origins' }).jsonp('ada@example.com')).statusCode).toBe(404);
  });

  it('answers a call with a bare string, as a script', async () => {
    const answer = await open.jsonp('someone@email.com');
    expect(answer).toMatchObject({
      statusCode: 200,
      body: '__jp0("dcb91275781ad25074d9e6ca8e3153a82e9a0759")',
      headers: { 'content-type': 'application/javascript', 'x-content-type-options': 'nosniff' },
    });
  });

  it.each([
    ['ada+x@example.com', 'ada+x@example.com'],
    ['ada%2Bx%40example.com', 'ada+x@example.com'],
    ['100%@example.com', '100%@example.com'],
  ])('takes %s for %s', async (written, email) => {
    expect((await open.jsonp(written)).body).toBe(`__jp0("${sha1(email)}")`);
  });

  it('calls what a page may name, and nothing else', async () => {
    for (const callback of ['jQuery.cb_1', '$', '_a.b.c', 'newest', 'a.delete']) {
      expect((await open.jsonp('a@b.cd', callback)).body).toMatch(`${callback}("`);
    }
    const hostile = ['', 'alert(1)//', 'a;b', 'a..b', '.a', '1a', 'a\n', 'é', 'a'.repeat(101)];
    for (const callback of [...hostile, 'import', 'throw', 'new', 'await', 'this.a']) {
      const { statusCode, body = '' } = await open.jsonp('a@b.cd', callback);
      expect([callback, statusCode]).toEqual([callback, 400]);
      expect(JSON.parse(body)).toMatchObject({ field: 'callback' });
    }
    const none = await open.ask('GET', '/integrations/marketo/v1/p/a@b.cd/hash');
    expect(none.statusCode).toBe(400);
  });

  it('refuses what is no e-mail, and knows no other path', async () => {
    expect(JSON.parse((await open.jsonp('ada')).body ?? '')).toMatchObject({ field: 'email' });
    for (const path of ['/integrations/marketo/v1/p/hash', '/v1/hash', '/']) {
      expect((await open.ask('GET', path)).statusCode).toBe(404);
    }
    expect((await open.ask('PUT', '/v1/hash')).statusCode).toBe(404);
  });

  it('takes no part of its request for a token', async () => {
    expect((await open.jsonp(goodToken())).statusCode).toBe(400);
  });

  it('is 503 while the private key cannot be read, and logs no e-mail', async () => {
    const failing = new Error('ada@example.com');
    const broken = apiWith({ classic: true, secret: () => Promise.reject(failing) });
    expect((await broken.jsonp('ada@example.com')).statusCode).toBe(503);
    expect(broken.logged.join()).not.toContain('ada@');
  });
});

/** What a script does, by a parser of its own: `name.name("text")` and nothing more, or undefined. */
const onlyCall = (script: string): { callee: string; text: string } | undefined => {
  const source = ts.createSourceFile('a.js', script, ts.ScriptTarget.ESNext, true);
  const broken = (source as unknown as { parseDiagnostics: readonly unknown[] }).parseDiagnostics;
  const [statement, ...more] = source.statements;
  if (broken.length > 0 || more.length > 0) return undefined;
  if (!statement || !ts.isExpressionStatement(statement)) return undefined;
  const call = statement.expression;
  if (!ts.isCallExpression(call) || call.arguments.length !== 1) return undefined;
  const [argument] = call.arguments;
  if (!argument || !ts.isStringLiteral(argument)) return undefined;
  const isName = (node: ts.Expression): boolean =>
    ts.isIdentifier(node) || (ts.isPropertyAccessExpression(node) && isName(node.expression));
  if (!isName(call.expression)) return undefined;
  return { callee: call.expression.getText(), text: argument.text };
};

describe('a callback', () => {
  const pieces = fc.constantFrom(
    ...['a', '$', '_', '.', '(', ')', ';', '"', "'", '`', '=', '<', '/', '*', '\\', '\n', ' ', '-'],
    ...[
      '\u2028',
      '\u2029',
      '\0',
      'import',
      'new',
      'delete',
      'eval',
      'alert',
      'this',
      '1',
      '[',
      ',',
    ],
  );
  const callbacks = fc.oneof(
    fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.stringMatching(/^[a-z$_.]{1,12}$/),
    fc.stringMatching(/^[A-Za-z_$][\w$]{0,6}(\.[A-Za-z_$][\w$]{0,6}){0,3}$/),
  );

  it('never carries script: the answer is one call of that name with the hash', async () => {
    let scripts = 0;
    await fc.assert(
      fc.asyncProperty(callbacks, fc.emailAddress(), async (callback, email) => {
        const answer = await open.jsonp(encodeURIComponent(email), callback);
        if (answer.statusCode !== 200) {
          expect(answer.statusCode).toBe(400);
          expect(answer.headers?.['content-type']).toBe('application/json');
          return;
        }
        scripts += 1;
        expect(onlyCall(answer.body ?? '')).toEqual({ callee: callback, text: sha1(email) });
      }),
      { numRuns: 5_000 },
    );
    expect(scripts).toBeGreaterThan(100);
  });

  it('is no word of the language: each word that a parser takes for none is refused', () => {
    const { FirstReservedWord, LastFutureReservedWord } = ts.SyntaxKind;
    const words = Object.values(ts.SyntaxKind)
      .filter((kind) => typeof kind !== 'string')
      .filter((kind) => kind >= FirstReservedWord && kind <= LastFutureReservedWord)
      .map((kind) => ts.tokenToString(kind) ?? '');
    expect(words).toContain('import');
    for (const word of words) expect([word, isCallback(word)]).toEqual([word, false]);
  });
});

describe('whatever comes in', () => {
  it('gets a defined answer', async () => {
    const emails = fc.oneof(fc.string(), fc.emailAddress());
    await fc.assert(
      fc.asyncProperty(emails, fc.string(), fc.jsonValue(), async (email, callback, body) => {
        expect((await open.post(body)).statusCode).toBe(403);
        expect([200, 400, 404]).toContain((await open.jsonp(email, callback)).statusCode);
      }),
    );
  });
});
