import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashLimits, hashTiming } from '../../lambdas/limits.ts';
import { emailInToken } from '../../lambdas/hash/emailToken.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import vectors from '../vectors/hash-tokens.json' with { type: 'json' };
import { hashToken } from './support.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/hash-tokens.md'), 'utf8');

describe.each(vectors)('the token of $name', ({ email, secret, expires, token }) => {
  it('is what the file for Node makes', () => {
    expect(hashToken(email, secret, expires)).toBe(token);
  });

  it('names the e-mail until it expires', () => {
    expect(emailInToken(token, [secret], epochMs(expires * 1_000 - 1))).toBe(email);
    expect(emailInToken(token, [secret], epochMs(expires * 1_000))).toBeUndefined();
  });
});

describe('the file for Node', () => {
  it('leaves a minute of difference between clocks, either way', () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const [, expires] = hashToken('ada@example.com', 'x'.repeat(32)).split('.');
    const ahead = Number(expires) - seconds;
    expect(ahead).toBeGreaterThan(60);
    expect(ahead).toBeLessThanOrEqual(hashTiming.tokenLongestSeconds - 58);
  });

  it('says what is wrong with what it is given', () => {
    const secret = 'x'.repeat(hashLimits.tokenSecretCharacters);
    const make = hashToken as (...given: unknown[]) => string;
    expect(() => make(undefined, secret)).toThrow(/^email must be/);
    expect(() => make('ada', secret)).toThrow(/^email must be/);
    expect(() => make('ada@example.com', undefined)).toThrow(/^secret must be/);
    expect(() => make('ada@example.com', secret.slice(1))).toThrow(/^secret must be/);
    expect(() => make('ada@example.com', secret, Date.now())).toThrow(/^expires must be/);
    expect(() => make('ada@example.com', secret, 1_785_000_000.5)).toThrow(/^expires must be/);
  });

  it('needs nothing but Node', () => {
    const source = readFileSync(join(root, 'backend/hash-token.js'), 'utf8');
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, name]) => name);
    expect(imports).toEqual(['node:crypto']);
  });
});

const languages = {
  python: {
    program: 'python3',
    script: (code: string) =>
      `${code}\nimport json, sys\nprint(json.dumps([hash_token(v["email"], v["secret"], v["expires"]) for v in json.load(sys.stdin)]))\nhash_token("ada@example.com", "x" * 32)\n`,
    run: '-c',
  },
  php: {
    program: 'php',
    script: (code: string) =>
      `${code}\nhash_token('ada@example.com', str_repeat('x', 32));\necho json_encode(array_map(fn ($v) => hash_token($v['email'], $v['secret'], $v['expires']), json_decode(stream_get_contents(STDIN), true)));`,
    run: '-r',
  },
  ruby: {
    program: 'ruby',
    script: (code: string) =>
      `${code}\nrequire "json"\nhash_token("ada@example.com", "x" * 32)\nputs JSON.parse(STDIN.read).map { |v| hash_token(v["email"], v["secret"], v["expires"]) }.to_json`,
    run: '-e',
  },
} as const;

const isHere = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

describe.each(Object.entries(languages))(
  'the example in %s',
  (language, { program, script, run }) => {
    const code = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';

    it('stands in the documentation, with the limits of the hash API', () => {
      expect(code).toContain('hash_token');
      expect(code).toContain(`< ${hashLimits.tokenSecretCharacters}`);
    });

    it.skipIf(!isHere(program))('makes the right tokens', () => {
      const output = execFileSync(program, [run, script(code)], {
        input: JSON.stringify(vectors),
        encoding: 'utf8',
      });
      expect(JSON.parse(output)).toEqual(vectors.map(({ token }) => token));
    });
  },
);

it('the documentation shows a token to compare with', () => {
  const shown = vectors.filter((vector) => page.includes(vector.token));
  expect(shown.map(({ name }) => name)).toEqual(['a plain one']);
  for (const { email, secret, expires } of shown) {
    for (const part of [email, secret, String(expires)]) expect(page).toContain(`\`${part}\``);
  }
});
