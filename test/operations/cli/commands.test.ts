import { describe, expect, it } from 'vitest';
import type { DeadPage } from '../../../operations/ports.ts';
import { createFakeOperations } from '../console/client/fake/operations.ts';
import { serve } from '../console/support.ts';
import { command } from './support.ts';

describe('what is wrong with a command line', () => {
  it.each([
    [['lead'], /missing required argument 'who'/],
    [['leed', 'a@example.com'], /unknown command 'leed'/],
    [['dead', 'list', '--sideways'], /unknown option '--sideways'/],
    [['dead', 'list', '--region', 'eu-west-1'], /--region needs --stack/],
    [['dead', 'list', '--stack', 'a', '--url', 'http://localhost:1'], /give --stack or --url/],
    [['dead', 'list', '--url', 'nowhere'], /nowhere/],
    [['console', '--port', 'door'], /--port takes a whole number/],
    [['dead', 'resend'], /name the dead letters by their ids, or say --all/],
    [['dead', 'drop', 'x'], /Say --yes/],
    [['forget', 'u-1'], /Say --yes/],
    [['send', '/nowhere/events.jsonl'], /there is no file \/nowhere\/events\.jsonl/],
  ])('is said for %j, with exit code 2', async (argv, message) => {
    const url = await serve(createFakeOperations());
    const more = argv.includes('--stack') || argv.includes('--url') ? [] : ['--url', url];
    const { exit, err, out } = await command([...argv, ...more]);
    expect(err).toMatch(message);
    expect(out).toBe('');
    expect(exit).toBe(2);
  });
});

describe('dead letters', () => {
  it('are listed with when, what and why', async () => {
    const operations = createFakeOperations(3);
    const { out, exit } = await command(['dead', 'list', '--url', await serve(operations)]);
    expect(exit).toBe(0);
    for (const { id, because } of operations.letters)
      expect(out.replace(/\n +/g, ' ')).toContain(`: ${because} ${id}\n`);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S/);
  });

  it('are resent by their ids, and one that has gone ends with 1', async () => {
    const operations = createFakeOperations(3);
    const url = await serve(operations);
    const ids = operations.letters.map(({ id }) => id);
    const first = await command(['dead', 'resend', ids[0] ?? '', '--json', '--url', url]);
    expect(JSON.parse(first.out)).toEqual({ outcomes: [{ id: ids[0], outcome: 'resent' }] });
    expect(first.exit).toBe(0);
    const again = await command(['dead', 'resend', ids[0] ?? '', '--url', url]);
    expect(again.out).toContain(`gone  ${ids[0] ?? ''}`);
    expect(again.exit).toBe(1);
  });

  it('of which there are none are no trouble', async () => {
    const none = () => Promise.resolve({ dead: [] });
    const url = await serve({ ...createFakeOperations(), dead: none });
    for (const argv of [['list'], ['resend', '--all'], ['drop', '--all']]) {
      const { out, exit } = await command(['dead', ...argv, '--url', url]);
      expect(out).toBe('there are no dead letters\n');
      expect(exit).toBe(0);
    }
  });
});

describe('dead events of one person, of which a look shows ten', () => {
  /** The queue's own count and what a look shows; `stuck`: none goes away. */
  const serving = async (many: number, stuck = false) => {
    const view = (n: number) => ({
      id: `event:${n}`,
      because: 'the worker could not process it',
      kind: 'event' as const,
      fields: [],
      activities: 0,
      messages: [],
    });
    const left = new Map(Array.from({ length: many }, (_, n) => [`event:${n}`, view(n)]));
    const act = (outcome: 'resent' | 'dropped') => (ids: readonly string[]) => {
      for (const id of stuck ? [] : ids) left.delete(id);
      return Promise.resolve(
        ids.map((id) =>
          stuck
            ? { id, outcome: 'kept' as const, because: 'it failed with AccessDenied; try again' }
            : { id, outcome },
        ),
      );
    };
    const url = await serve({
      ...createFakeOperations(),
      dead: () => {
        const hidden = Math.max(0, left.size - 10);
        return Promise.resolve({
          dead: [...left.values()].slice(0, 10),
          ...(hidden > 0 && { hidden }),
        });
      },
      resend: act('resent'),
      drop: act('dropped'),
    });
    return { left, url };
  };

  it('are listed with how many more there are', async () => {
    const { url } = await serving(30);
    const { out } = await command(['dead', 'list', '--json', '--url', url]);
    expect(JSON.parse(out)).toMatchObject({ isAll: false, hidden: 20 });
    const text = await command(['dead', 'list', '--url', url]);
    expect(text.out).toContain('… and about 20 more events that cannot be seen now');
    const { url: few } = await serving(10);
    expect(JSON.parse((await command(['dead', 'list', '--json', '--url', few])).out)).toMatchObject(
      {
        isAll: true,
      },
    );
  });

  it.each([['resend'], ['drop', '--yes']])('%s --all goes through all of them', async (...argv) => {
    const { left, url } = await serving(30);
    const { out, exit } = await command(['dead', ...argv, '--all', '--json', '--url', url]);
    expect(left.size).toBe(0);
    const { outcomes, ...rest } = JSON.parse(out) as { outcomes: { id: string }[] };
    expect(outcomes.map(({ id }) => id)).toEqual(
      Array.from({ length: 30 }, (_, n) => `event:${n}`),
    );
    expect(rest).toEqual({});
    expect(exit).toBe(0);
  });

  it('drop --all leaves alone what was given up after it was confirmed', async () => {
    const fake = createFakeOperations(1);
    const letter = { ...fake.letters[0], id: 'lead:1', kind: 'lead' } as const;
    const event = { ...letter, id: 'event:1', kind: 'event' } as const;
    const pages = [
      { dead: [event], hidden: 1 },
      { dead: [letter, { ...event, id: 'event:2' }] },
    ] as const;
    const dropped: string[] = [];
    let looks = 0;
    const url = await serve({
      ...fake,
      dead: () => Promise.resolve(pages[(looks += 1) - 1] as DeadPage),
      drop: (ids) => {
        dropped.push(...ids);
        return Promise.resolve(ids.map((id) => ({ id, outcome: 'dropped' as const })));
      },
    });
    const { exit } = await command(['dead', 'drop', '--all', '--yes', '--url', url]);
    expect([exit, dropped]).toEqual([0, ['event:1', 'event:2']]);
  });

  it('drop asks for all of them', async () => {
    const { left, url } = await serving(30);
    const { err, exit } = await command(['dead', 'drop', '--all', '--url', url]);
    expect(err).toContain('Delete 10 dead letters, and about 20 more, for good?');
    expect([exit, left.size]).toEqual([2, 30]);
  });

  it('--all ends with 1, and says how many are left, where no others come to be seen', async () => {
    const { url } = await serving(30, true);
    const { out, exit } = await command(['dead', 'resend', '--all', '--url', url]);
    expect(out.split('\n')).toHaveLength(12);
    expect(out).toContain('about 20 more events wait, which could not be seen: say it again');
    expect(exit).toBe(1);
  });

  it('that is kept ends with 1', async () => {
    const { url } = await serving(1, true);
    for (const argv of [['resend'], ['drop', '--yes']]) {
      const { out, exit } = await command(['dead', ...argv, 'event:0', '--url', url]);
      expect(out).toBe('kept  event:0  it failed with AccessDenied; try again\n');
      expect(exit).toBe(1);
    }
  });

  it('that somebody else looks at are not said to be none', async () => {
    const url = await serve({
      ...createFakeOperations(),
      dead: () => Promise.resolve({ dead: [], hidden: 3 }),
    });
    const listed = await command(['dead', 'list', '--url', url]);
    expect(listed.out).toMatch(/^… and about 3 more events that cannot be seen now/);
    const { out, exit } = await command(['dead', 'drop', '--all', '--yes', '--url', url]);
    expect(out).toMatch(/^about 3 more events wait/);
    expect(exit).toBe(1);
  });
});

describe('check', () => {
  it('says what to do, and ends with 1 where something is wrong', async () => {
    const fake = createFakeOperations();
    const wrong = {
      name: 'Marketo',
      state: 'wrong',
      says: 'it refuses us',
      todo: 'mend the secret',
    } as const;
    const url = await serve({ ...fake, check: () => Promise.resolve([wrong]) });
    const { out, exit } = await command(['check', '--url', url]);
    expect(out).toBe('✗ Marketo: it refuses us\n  → mend the secret\n');
    expect(exit).toBe(1);
    const warned = await serve({
      ...fake,
      check: () => Promise.resolve([{ ...wrong, state: 'warning' as const }]),
    });
    expect((await command(['check', '--json', '--url', warned])).exit).toBe(0);
  });
});
