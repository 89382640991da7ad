import { describe, expect, it, vi } from 'vitest';
import { exampleSettings, templateOf } from '../lib/support.ts';
import { pagesForThisFile } from '../support/chromium.ts';
import { clientRows, type ClientRow } from './clientRows.ts';
import { openIngest, type Ingest, type Trouble } from './door.ts';
import { runInNode, servePage } from './programs.ts';

const withPage = pagesForThisFile();
const template = templateOf(exampleSettings());

/** A browser on a busy machine takes its time. */
const maxMs = 60_000;
vi.setConfig({ testTimeout: maxMs });

/** Later than any client's last try. */
const laterMs = 10 * 60_000;

type Events = Awaited<ReturnType<Ingest['events']>>;
interface Seen {
  readonly statuses: readonly unknown[];
  readonly paths: readonly string[];
  readonly auths: readonly string[];
  readonly encodings: readonly string[];
  readonly events: Events;
}

/** Runs a client's program until `isOver`, and says what came of it then and ten minutes later. */
const run = async (
  row: ClientRow,
  test: Parameters<typeof withPage>[0],
  troubles: readonly Trouble[],
  isOver: (statuses: readonly unknown[]) => boolean,
): Promise<Seen> => {
  const ingest = await openIngest({ template, troubles });
  const statuses = (): readonly unknown[] => ingest.requests.map(({ status }) => status);
  const ends = (): Promise<void> =>
    vi.waitFor(
      () => {
        expect(statuses()).toSatisfy(isOver);
      },
      { timeout: maxMs, interval: 50 },
    );
  const inPage = async (): Promise<void> => {
    const site = await servePage(row, ingest);
    await withPage(test, async (page) => {
      await page.clock.install();
      await page.goto(site.url);
      await ends();
      await page.clock.fastForward(laterMs);
      // What a timer has started by now is at the door before the page's next request is answered.
      await page.evaluate(`fetch('/page.js').then((answer) => answer.text())`);
    }).finally(site.close);
  };
  try {
    await (row.runs === 'browser' ? inPage() : runInNode(row, ingest).then(ends));
    const each = (of: 'path' | 'auth' | 'encoding'): readonly string[] =>
      [...new Set(ingest.requests.map((request) => request[of]))].sort();
    const seen = { paths: each('path'), auths: each('auth'), encodings: each('encoding') };
    return { ...seen, statuses: statuses(), events: await ingest.events() };
  } finally {
    await ingest.close();
  }
};

const typesOf = (events: Events): readonly string[] => events.map(({ type }) => type).sort();
const good = (statuses: readonly unknown[]): number =>
  statuses.filter((status) => status === 200).length;

describe.concurrent.each(clientRows)('$client', (row) => {
  const requests = row.requests ?? row.paths.length;
  const wanted =
    row.runs === 'react-native' ? ['identify', 'track'] : ['identify', 'page', 'track'];

  it('brings an identify with its traits, a page and a track, each once', async (context) => {
    const seen = await run(row, context, [], (all) => good(all) === requests);
    const { paths, auths, encodings, events } = seen;
    expect({ paths, auths, encodings }).toEqual({
      paths: [...row.paths].sort(),
      auths: [row.auth],
      encodings: [row.encoding],
    });
    expect(typesOf(events)).toEqual(wanted);
    expect(events.find(({ type }) => type === 'identify')).toMatchObject({
      userId: 'u-1',
      traits: { email: 'jane@example.com', plan: 'pro' },
    });
  });

  it.for([
    [503, 'queue down'],
    [429, 'queue throttled'],
  ] as const)('does after a %i what its row says', async ([status, trouble], context) => {
    const isRepeated = row.trouble[status] === 'sends it again';
    const { statuses, events } = await run(row, context, [trouble], (all) =>
      isRepeated ? good(all) === requests : all.length === requests && !all.includes(undefined),
    );
    expect(statuses[0]).toBe(status);
    if (isRepeated) expect(typesOf(events)).toEqual(wanted);
    else expect([statuses.length, good(statuses)]).toEqual([requests, requests - 1]);
  });
});
