import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendFileLimits } from '../../../operations/limits.ts';
import { exampleSettings, templateOf } from '../../lib/support.ts';
import { temporaryFolder } from '../../local/support.ts';
import { openIngest, type Ingest, type Trouble } from '../../sdks/door.ts';
import type { Target } from '../../../operations/cli/target.ts';
import { createFakeOperations } from '../console/client/fake/operations.ts';
import { jake } from '../console/client/fake/jake.ts';
import { command } from './support.ts';

const template = templateOf(exampleSettings());

const doorWith = async (...troubles: Trouble[]): Promise<Ingest> => {
  const door = await openIngest({ template, troubles });
  onTestFinished(() => door.close());
  return door;
};

const fileOf = (lines: readonly (object | string)[]): string => {
  const path = join(temporaryFolder(), 'events.jsonl');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(path, text.join('\n'));
  return path;
};

const people = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({
    type: 'identify',
    userId: `u-${at}`,
    traits: { email: `p${at}@example.com` },
  }));

const send = (
  path: string,
  { url, writeKey }: Pick<Ingest, 'url' | 'writeKey'>,
  args: readonly string[] = [],
  settings: Parameters<typeof command>[1] = {},
) =>
  command(['send', path, '--url', url, '--json', ...args], {
    env: { WRITE_KEY: writeKey },
    ...settings,
  });

describe('send', () => {
  it('brings a file to the queue, whole, however many requests that takes', async () => {
    const door = await doorWith();
    const count = 2 * sendFileLimits.events + 1;
    const path = fileOf(people(count));
    const { exit, out } = await send(path, door);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ sent: count, refused: 0 });
    expect(door.requests).toHaveLength(3);
    const queued = (await door.events()).map(({ userId }) => userId);
    expect(new Set(queued).size).toBe(count);
  });

  it('says which lines were refused and why, and sends the others', async () => {
    const door = await doorWith();
    const [jane = {}] = people(1);
    const path = fileOf([
      jane,
      'no json',
      '',
      '[1]',
      { type: 'identify' },
      { ...jane, userId: 'last' },
    ]);
    const { exit, out, err } = await send(path, door);
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ sent: 2, refused: 3, refusedFile: `${path}.refused` });
    const refused = readFileSync(`${path}.refused`, 'utf8').trim().split('\n');
    expect(refused.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([2, 4, 5]);
    expect(err).toMatch(/line 2: is no JSON/);
    expect(err).toMatch(/line 5: .*userId/);
    expect(err).not.toContain('example.com');
  });

  it.each([
    ['its timestamp', { timestamp: '2026-01-02T10:00:00Z' }],
    [
      'that of an archive',
      {
        timestamp: '2026-01-02T10:00:00Z',
        originalTimestamp: '2026-01-02T12:00:00Z',
        sentAt: '2026-01-02T12:00:01Z',
      },
    ],
    ['an SDK’s own', { originalTimestamp: '2026-01-02T10:00:00Z', sentAt: '2026-01-02T10:00:01Z' }],
    [
      'an SDK’s own without a usable timestamp',
      {
        timestamp: 'today',
        originalTimestamp: '2026-01-02T10:00:00Z',
        sentAt: '2026-01-02T10:00:01Z',
      },
    ],
  ])('lets an event have happened when its line says: %s', async (_, times) => {
    const door = await doorWith();
    const [jane = {}] = people(1);
    await send(fileOf([{ ...jane, ...times }]), door);
    const [event] = await door.events();
    expect(new Date(event?.timestamp ?? 0).toISOString()).toBe('2026-01-02T10:00:00.000Z');
  });

  it('with --bulk asks for bulk imports before the first event and after the last', async () => {
    const door = await doorWith();
    const operations = createFakeOperations();
    const target: Target = {
      operations,
      info: () => Promise.reject(new Error('nobody asks')),
      ingestUrl: door.url,
      writeKey: () => Promise.resolve(door.writeKey),
      deleteKey: () => Promise.reject(new Error('nobody asks')),
      close: () => undefined,
    };
    const { exit, out } = await send(fileOf(people(2)), door, ['--bulk'], { target });
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toHaveProperty('bulkUntil');
    expect(operations.asked).toEqual(['bulk', 'bulk']);
    expect(
      JSON.parse((await send(fileOf(people(2)), door, [], { target })).out),
    ).not.toHaveProperty('bulkUntil');
    expect(operations.asked).toHaveLength(2);
  });

  it('goes on where it was stopped, and repeats nothing', async () => {
    const door = await doorWith();
    const count = 3 * sendFileLimits.events;
    const path = fileOf(people(count));
    const stop = new AbortController();
    const { requests } = door;
    const watching = setInterval(() => {
      if (requests[0]?.status !== undefined) stop.abort();
    }, 1);
    const stopped = await send(path, door, [], { stop });
    clearInterval(watching);
    expect(stopped.exit).toBe(130);
    expect(stopped.err).toMatch(/stopped before line \d+; the same command again goes on there/);
    const { exit, out } = await send(path, door);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ sent: count });
    const ids = (await door.events()).map(({ messageId }) => messageId);
    expect(ids).toHaveLength(count);
    expect(new Set(ids).size).toBe(count);
  });

  it('sends what a file has grown by, and nothing of a file that is done', async () => {
    const door = await doorWith();
    const path = fileOf(people(2));
    await send(path, door);
    const again = await send(path, door);
    expect(JSON.parse(again.out)).toMatchObject({ sent: 2, sentNow: 0 });
    appendFileSync(path, `\n${JSON.stringify({ type: 'identify', userId: 'later' })}\n`);
    const grown = await send(path, door);
    expect(JSON.parse(grown.out)).toMatchObject({ sent: 3, sentNow: 1 });
    expect(await door.events()).toHaveLength(3);
  });

  it.each<Trouble>(['answer lost', 'gateway throttled'])(
    'sends a request again after trouble (%s), under the same ids',
    async (trouble) => {
      const door = await doorWith(trouble);
      const path = fileOf(people(3));
      const { exit, err } = await send(path, door);
      expect(exit).toBe(0);
      expect(err).toMatch(/trying again in/);
      expect(door.requests).toHaveLength(2);
      expect(await door.events()).toHaveLength(3);
    },
  );

  it('gives up after a while without an answer, and the same command goes on', async () => {
    const path = fileOf(people(3));
    const closed = await send(path, { url: 'http://127.0.0.1:65535', writeKey: 'k' });
    expect(closed.exit).toBe(3);
    expect(closed.err).toMatch(/takes no events: no connection \(ECONNREFUSED\)/);
    const door = await doorWith();
    expect((await send(path, door)).exit).toBe(0);
    expect(await door.events()).toHaveLength(3);
  });

  it('stops at a wrong key with 4', async () => {
    const door = await doorWith();
    const { exit, err } = await send(fileOf(people(1)), { ...door, writeKey: 'wrong' });
    expect(exit).toBe(4);
    expect(err).toMatch(/does not take this key/);
    expect(err).not.toContain('wrong');
  });

  it('takes the position of another file for none of its own', async () => {
    const door = await doorWith();
    const path = fileOf(people(3));
    await send(path, door);
    writeFileSync(path, JSON.stringify({ type: 'identify', userId: 'another' }));
    const other = await send(path, door);
    expect(other.exit).toBe(2);
    expect(other.err).toMatch(/is of another file, or .* has changed: say --restart/);
    expect((await send(path, door, ['--restart'])).exit).toBe(0);
    expect(await door.events()).toHaveLength(4);
  });
});

describe('a file that is not as it was', () => {
  it('is not taken for done where its end is gone', async () => {
    const door = await doorWith();
    const path = fileOf(people(3));
    await send(path, door);
    truncateSync(path, 150);
    const { exit, err } = await send(path, door);
    expect(exit).toBe(2);
    expect(err).toMatch(/has changed: say --restart/);
  });

  it('has its last line sent when that is finished, and says so until then', async () => {
    const door = await doorWith();
    const path = fileOf([...people(1), '{"type":"identify","user']);
    const { exit, out } = await send(path, door);
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ sent: 1, refused: 0, unfinishedLine: 2 });
    appendFileSync(path, 'Id":"u-9"}\n');
    expect((await send(path, door)).exit).toBe(0);
    expect((await door.events()).map(({ userId }) => userId)).toEqual(['u-0', 'u-9']);
  });

  it('gives the same ids when it is begun anew, and others than another file', async () => {
    const door = await doorWith();
    const path = fileOf(people(1));
    await send(path, door);
    await send(path, door, ['--restart']);
    expect(await door.events()).toHaveLength(1);
    await send(fileOf(people(1)), door);
    expect(await door.events()).toHaveLength(2);
  });
});

describe('forget', () => {
  const targetOf = (door: Ingest): Target => ({
    operations: createFakeOperations(),
    info: () => Promise.reject(new Error('nobody asks')),
    ingestUrl: door.url,
    writeKey: () => Promise.resolve('none'),
    deleteKey: () => Promise.resolve(door.writeKey),
    close: () => undefined,
  });

  it('sends a delete of the user under a key that may delete', async () => {
    const door = await doorWith();
    const argv = ['forget', jake, '--yes', '--json'];
    const { exit, out } = await command(argv, { target: targetOf(door) });
    // This door's key is a plain write key, which deletes nobody.
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ accepted: false, code: 'delete_not_allowed' });
  });

  it('says whom it would delete, and that nobody is known under that name', async () => {
    const target = targetOf(await doorWith());
    const known = await command(['forget', jake], { target });
    expect(known.err).toContain(`Delete all that is held of ${jake}?`);
    const unknown = await command(['forget', 'typo@example.com'], { target });
    expect(unknown.err).toContain('Nobody is known here as typo@example.com.');
    expect([known.exit, unknown.exit]).toEqual([2, 2]);
  });
});
