import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deployedLimits, deployedTiming } from '../../lib/timing.ts';
import { lineOf } from '../lines/parse.ts';
import type { Told, ToldCall } from '../views.ts';
import type { Search } from './insights.ts';
import { isPlain, linesOfCalls, linesWith } from './queries.ts';
import { boundedMap } from './remembered.ts';

type Found = Told | ToldCall;

interface Known {
  /** By the line's text: the same line again is the same. */
  readonly lines: ReadonlyMap<string, Found>;
  readonly searchedTo: EpochMs;
  /** Calls whose lines were looked for when they should have been there. */
  readonly asked: ReadonlySet<string>;
}

interface FoundOptions {
  readonly search: Search;
  readonly clock: Clock;
  /** How long the logs are kept. */
  readonly keptMs: number;
}

const perSearch = deployedLimits.callsPerSearch;

const byTime = (one: Found, other: Found): number => one.at - other.at;

const isStep = (line: Found): line is Told => line.kind === 'step';

/**
 * The lines in which a hash stands, with the calls that they name, earliest first. A search is
 * charged by the text that it goes through, so what was found once is remembered, and only what has
 * come since is searched when somebody asks again.
 */
export const createFound = ({ search, clock, keptMs }: FoundOptions) => {
  const known = boundedMap<Known>(deployedLimits.searches);

  const linesIn = async (
    query: string,
    from: EpochMs,
    to: EpochMs,
  ): Promise<readonly (readonly [string, Found])[]> =>
    (await search(query, from, to)).flatMap((row) => {
      const text = row['@message'] ?? '';
      const line = lineOf(text);
      return line === undefined || line.kind === 'trouble' ? [] : [[text, line] as const];
    });

  /** Lines about the calls that these steps name. */
  const callsOf = async (
    steps: readonly Told[],
  ): Promise<readonly (readonly [string, Found])[]> => {
    const byCall = Map.groupBy(steps, ({ call = '' }) => call);
    const calls = [...byCall.keys()];
    const pages = Array.from({ length: Math.ceil(calls.length / perSearch) }, (_, page) => {
      const own = calls.slice(page * perSearch, (page + 1) * perSearch);
      const moments = own.flatMap((call) => byCall.get(call)?.map(({ at }) => at) ?? []);
      // What came of a call is written right after the line about the call.
      const from = epochMs(Math.max(0, Math.min(...moments) - deployedTiming.lateLineMs));
      const to = epochMs(Math.max(...moments) + deployedTiming.lateLineMs);
      return linesIn(linesOfCalls(own), from, to);
    });
    return (await Promise.all(pages)).flat();
  };

  return async (hash: string, most: number): Promise<readonly Found[]> => {
    const key = `${hash} ${most}`;
    const before = known.get(key);
    const now = clock.now();
    const from = before ? before.searchedTo - deployedTiming.lateLineMs : now - keptMs;
    const come = await linesIn(linesWith(hash, most), epochMs(Math.max(0, from)), now);
    const lines = new Map([...(before?.lines ?? []), ...come]);
    const steps = [...lines.values()].filter(isStep).sort(byTime).slice(-most);
    const there = new Set([...lines.values()].flatMap((one) => (isStep(one) ? [] : one.call)));
    const open = steps.filter(
      ({ call = '' }) => isPlain(call) && !there.has(call) && !before?.asked.has(call),
    );
    const calls = await callsOf(open);
    const asked = new Set(before?.asked);
    for (const { call = '', at } of open) if (at < now - deployedTiming.lateLineMs) asked.add(call);
    for (const [text, line] of calls) lines.set(text, line);
    known.set(key, { lines, searchedTo: now, asked });
    const named = new Set(steps.flatMap(({ call }) => call ?? []));
    const told = [...lines.values()].filter((one) => !isStep(one) && named.has(one.call));
    return [...steps, ...told].sort(byTime);
  };
};
