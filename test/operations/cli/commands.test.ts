import { describe, expect, it } from 'vitest';
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
