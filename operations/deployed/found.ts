import type { Clock } from '../../lambdas/ports.ts';
import { epochMs } from '../../lambdas/segment/time.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { deployedLimits, deployedTiming } from '../limits.ts';
import { lineOf } from '../lines/parse.ts';
import type { Told, ToldCall } from '../views.ts';
import type { Search } from './insights.ts';
import { isPlain, linesOfCalls, linesWith } from './queries.ts';
import { boundedMap } from './remembered.ts';

type Found = Told | ToldCall;

/** By the line's text: the same line again is the same. */
type ByText = ReadonlyMap<string, Found>;

interface Known {
  /** The latest `most` steps, with the calls that they name. */
  readonly lines: ByText;
  readonly most: number;
  /** No step between the two is missing. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Calls whose lines were looked for when they should have been there. */
  readonly asked: ReadonlySet<string>;
}

interface FoundOptions {
  readonly search: Search;
  readonly clock: Clock;
  /** How long the logs are kept. */
  readonly keptMs: number;
}

interface Wanted {
  readonly hash: string;
  /** How many steps at most, the latest. */
  readonly most: number;
  /** Whether these are all that there are, although nothing before `from` was searched. */
  readonly isAll?: (steps: readonly Told[], from: EpochMs) => boolean;
}

const perSearch = deployedLimits.callsPerSearch;
const { lateLineMs, searchWindowsMs } = deployedTiming;

const byTime = (one: Found, other: Found): number => one.at - other.at;

const isStep = (line: Found): line is Told => line.kind === 'step';

const stepsOf = (lines: ByText): readonly Told[] => [...lines.values()].filter(isStep).sort(byTime);

const callsIn = (steps: Iterable<Told>): ReadonlySet<string> =>
  new Set([...steps].flatMap(({ call }) => call ?? []));

const latestOf = (lines: ByText, most: number): ByText => {
  const steps = new Set(stepsOf(lines).slice(-most));
  const named = callsIn(steps);
  return new Map(
    [...lines].filter(([, line]) => (isStep(line) ? steps.has(line) : named.has(line.call))),
  );
};

/** Going back by `ms`, as far as time goes. */
const back = (from: EpochMs, ms: number): EpochMs => epochMs(Math.max(0, from - ms));

/**
 * The lines in which a hash stands, with the calls that they name, earliest first. A search is
 * charged by the text that it goes through: the first one goes back in ever longer stretches until
 * there is enough, and what was found is remembered, so that only what has come since is searched
 * when somebody asks again.
 */
export const createFound = ({ search, clock, keptMs }: FoundOptions) => {
  /** Of each hash the last look, which the next one waits for. */
  const looks = boundedMap<Promise<Known | undefined>>(deployedLimits.searches);
  const windowsMs = [...searchWindowsMs.filter((windowMs) => windowMs < keptMs), keptMs];

  const linesIn = async (query: string, from: EpochMs, to: EpochMs): Promise<ByText> =>
    new Map(
      (await search(query, from, to)).flatMap((row) => {
        const text = row['@message'] ?? '';
        const line = lineOf(text);
        return line === undefined || line.kind === 'trouble' ? [] : [[text, line] as const];
      }),
    );

  /** Lines about the calls that these steps name. */
  const callsOf = async (steps: readonly Told[]): Promise<readonly ByText[]> => {
    const byCall = Map.groupBy(steps, ({ call = '' }) => call);
    const calls = [...byCall.keys()];
    const pages = Array.from({ length: Math.ceil(calls.length / perSearch) }, (_, page) => {
      const own = calls.slice(page * perSearch, (page + 1) * perSearch);
      const moments = own.flatMap((call) => byCall.get(call)?.map(({ at }) => at) ?? []);
      // What came of a call is written right after the line about the call.
      const from = back(epochMs(Math.min(...moments)), lateLineMs);
      return linesIn(linesOfCalls(own), from, epochMs(Math.max(...moments) + lateLineMs));
    });
    return Promise.all(pages);
  };

  /** The steps by `now`: those that came since the look before, and before that as far as needed. */
  const stepsBy = async (now: EpochMs, wanted: Wanted, before: Known | undefined) => {
    const most = Math.max(wanted.most, before?.most ?? 0);
    const query = linesWith(wanted.hash, most);
    let lines: ByText = before?.lines ?? new Map<string, Found>();
    let from = before?.from ?? now;
    const searchIn = async (start: EpochMs, end: EpochMs): Promise<void> => {
      lines = new Map([...lines, ...(await linesIn(query, start, end))]);
    };
    if (before) await searchIn(back(before.to, lateLineMs), now);
    for (const windowMs of windowsMs) {
      const steps = stepsOf(lines);
      if (steps.length >= wanted.most || wanted.isAll?.(steps, from)) break;
      const start = back(now, windowMs);
      if (start >= from) continue;
      await searchIn(start, from);
      from = start;
    }
    lines = latestOf(lines, most);
    const steps = stepsOf(lines);
    const [oldest] = steps;
    // A search gives no more than `most`: what is older than these may be missing.
    if (oldest && steps.length === most) from = epochMs(Math.max(from, oldest.at));
    return { lines, steps, most, from };
  };

  const look = async (wanted: Wanted, before: Known | undefined): Promise<Known> => {
    const now = clock.now();
    const { lines, steps, most, from } = await stepsBy(now, wanted, before);
    const there = new Set([...lines.values()].flatMap((one) => (isStep(one) ? [] : one.call)));
    const open = steps.filter(
      ({ call = '' }) => isPlain(call) && !there.has(call) && !before?.asked.has(call),
    );
    const calls = await callsOf(open);
    const late = callsIn(open.filter(({ at }) => at < now - lateLineMs));
    const asked = [...callsIn(steps)].filter((call) => late.has(call) || before?.asked.has(call));
    return {
      lines: new Map([...lines, ...calls.flatMap((page) => [...page])]),
      most,
      from,
      to: now,
      asked: new Set(asked),
    };
  };

  return async (wanted: Wanted): Promise<readonly Found[]> => {
    const before = looks.get(wanted.hash) ?? Promise.resolve(undefined);
    const next = before.then((known) => look(wanted, known));
    looks.set(
      wanted.hash,
      next.catch(() => before),
    );
    const { lines } = await next;
    return [...latestOf(lines, wanted.most).values()].sort(byTime);
  };
};
