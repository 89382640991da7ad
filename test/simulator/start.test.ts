import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../simulator/start.ts';
import { command } from '../operations/cli/support.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'simulator-'));
  folders.push(made);
  return made;
};
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true });
});

interface Ready {
  readonly url: string;
  readonly munchkinId: string;
  readonly MARKETO_REST_CLIENT_ID: string;
  readonly MARKETO_REST_CLIENT_SECRET: string;
}

/** Runs the command until `use` is done with what it serves. */
const serving = async (argv: readonly string[], use: (ready: Ready) => Promise<void>) => {
  const stop = new AbortController();
  let used: Promise<void> | undefined;
  const out = (text: string): void => {
    used ??= use(JSON.parse(text) as Ready).finally(() => {
      stop.abort();
    });
  };
  const ended = await command(['--json', 'simulator', '--port', '0', ...argv], {
    stop,
    onOut: out,
  });
  await used;
  return ended;
};

const leadsOf = async ({ url }: Ready): Promise<unknown> =>
  (await fetch(`${url}/simulator/leads`)).json();

describe('marketo-destination simulator', () => {
  it('serves a Marketo that its own credentials open, without the lock of this destination', async () => {
    const { exit } = await serving([], async (ready) => {
      const query = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: ready.MARKETO_REST_CLIENT_ID,
        client_secret: ready.MARKETO_REST_CLIENT_SECRET,
      });
      const granted = await fetch(`${ready.url}/identity/oauth/token?${query.toString()}`);
      const { access_token: token } = (await granted.json()) as { access_token: string };
      for (const status of ['created', 'updated']) {
        const answer = await fetch(`${ready.url}/rest/v1/leads.json`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: '{"input": [{"email": "ann@example.com"}]}',
        });
        expect(await answer.json()).toMatchObject({ result: [{ id: 1, status }] });
      }
    });
    expect(exit).toBe(0);
  });

  it('takes a schema, and keeps its data for the owner only', async () => {
    const path = join(folder(), 'schema.json');
    const data = join(folder(), 'data');
    writeFileSync(path, '{"partitions": [{"name": "Europe"}]}');
    const argv = ['--schema', path, '--data', data, '--munchkin-id', '999-ZZZ-999'];
    await serving(argv, async (ready) => {
      expect(ready.munchkinId).toBe('999-ZZZ-999');
      const schema = await fetch(`${ready.url}/simulator/schema`);
      expect(await schema.json()).toMatchObject({ partitions: [{ name: 'Europe' }] });
      const body = '{"email": "ann@example.com"}';
      await fetch(`${ready.url}/simulator/leads`, { method: 'POST', body });
    });
    await serving(argv, async (ready) => {
      expect(await leadsOf(ready)).toMatchObject([{ email: 'ann@example.com' }]);
    });
    expect(statSync(join(data, 'simulator.jsonl')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(data, 'simulator.jsonl'), 'utf8')).toContain('ann@example.com');
  });

  it.each([
    [['--port', 'x'], '--port takes a whole number'],
    [['--lead-lock', '-1'], '--lead-lock takes a whole number'],
    [['--schema', '/nowhere/schema.json'], 'the schema file /nowhere/schema.json cannot be used'],
  ])('with %j says what is wrong', async (argv, reason) => {
    const { exit, err } = await command(['simulator', ...argv]);
    expect(exit).toBe(2);
    expect(err).toContain(reason);
    expect(err).not.toContain('    at ');
  });

  it('says which port is taken, and never shows a secret of yours', async () => {
    const options = { munchkinId: '123-ABC-456', leadLockMs: 0 };
    const env = { MARKETO_REST_CLIENT_SECRET: 'very-secret' };
    const { url, credentials, close } = await startSimulator({ ...options, env, port: 0 });
    try {
      expect(credentials).toMatchObject({ MARKETO_REST_CLIENT_SECRET: 'from the environment' });
      const port = Number(new URL(url).port);
      await expect(startSimulator({ ...options, env, port })).rejects.toThrow(
        `port ${port} is in use: give another one with --port`,
      );
    } finally {
      await close();
    }
  });
});
