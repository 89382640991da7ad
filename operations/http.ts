import { consoleLimits, consoleTiming } from './limits.ts';
import { OperationsError } from './error.ts';
import type { DeadPage, Operations } from './ports.ts';
import type {
  AlarmsView,
  BudgetView,
  BulkView,
  Check,
  CountsView,
  DeadOutcome,
  EventsView,
  EventBodies,
  EventDetails,
  EventView,
  FlowView,
  Info,
  LeadView,
  PeopleView,
  PreviewView,
  ProblemsView,
  SentView,
} from './views.ts';

type Ask = <Answer>(call: string, body: object) => Promise<Answer>;

const codes: readonly OperationsError['code'][] = [
  'bad-input',
  'not-found',
  'unreachable',
  'denied',
  'unusable',
];

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The error in a console's answer; undefined where no console of ours wrote it. */
const errorIn = (body: unknown): OperationsError | undefined => {
  const { code, message } = (body ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const known = codes.find((one) => one === code);
  if (known === undefined || typeof message !== 'string') return undefined;
  return new OperationsError(known, message);
};

const createAsk = (url: string, fetch: typeof globalThis.fetch): Ask => {
  const noAnswer = (error: unknown): OperationsError => {
    const options = { cause: error };
    const message =
      (error as Error).name === 'TimeoutError'
        ? `${url} did not answer within ${consoleTiming.requestMs / 1_000} s: look whether the local pipeline is busy, and try again`
        : `nothing answers at ${url}: start the local pipeline with npm start, or name a deployed stack with --stack`;
    return new OperationsError('unreachable', message, options);
  };
  return async <Answer>(call: string, body: object): Promise<Answer> => {
    const { ok, status, text } = await fetch(new URL(`/console/api/${call}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(consoleTiming.requestMs),
    })
      .then(async (response) => ({
        ok: response.ok,
        status: response.status,
        text: await response.text(),
      }))
      .catch((error: unknown) => {
        throw noAnswer(error);
      });
    const answer = jsonIn(text);
    if (ok && typeof answer === 'object' && answer !== null) return answer as Answer;
    if (status === 503) {
      throw new OperationsError('unreachable', `${url} is still starting: try again in a moment`);
    }
    throw (
      errorIn(answer) ??
      new OperationsError(
        'unreachable',
        `what answers at ${url} is no console of marketo-destination (HTTP ${status}): give the address that npm start prints`,
      )
    );
  };
};

/** Lists that each fit into one request. */
const portionsOf = (ids: readonly string[]): readonly (readonly string[])[] => {
  const portions: string[][] = [];
  let bytes = Infinity;
  for (const id of ids) {
    const more = Buffer.byteLength(JSON.stringify(id)) + 1;
    const last = portions.at(-1);
    if (last && bytes + more <= consoleLimits.bodyBytes && last.length < consoleLimits.ids) {
      last.push(id);
      bytes += more;
    } else {
      portions.push([id]);
      bytes = '{"ids":[]}'.length + more;
    }
  }
  return portions;
};

const unlessUnknown = <View>(asked: Promise<View>): Promise<View | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof OperationsError && error.code === 'not-found') return undefined;
    throw error;
  });

/**
 * A destination through the console's HTTP API at this address, for instance `http://localhost:8787`
 * of the local pipeline. Rejects with an OperationsError for whatever keeps it from an answer.
 * @throws OperationsError `bad-input` where the address is none
 */
export const createHttpOperations = (
  url: string,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Operations & { info(): Promise<Info> } => {
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new OperationsError(
      'bad-input',
      `${url} is no address: give one like http://localhost:8787`,
    );
  }
  const ask = createAsk(url, fetch);
  const outcomes = async (call: string, ids: readonly string[]): Promise<DeadOutcome[]> => {
    const all: DeadOutcome[] = [];
    for (const portion of portionsOf(ids)) {
      const answer = await ask<{ readonly outcomes: DeadOutcome[] }>(call, { ids: portion });
      all.push(...answer.outcomes);
    }
    return all;
  };
  return {
    info: () => ask<Info>('info', {}),
    flow: () => ask<FlowView>('flow', {}),
    lead: (who) => unlessUnknown(ask<LeadView>('lead', who)),
    event: (which) => unlessUnknown(ask<EventView>('event', which)),
    details: (message) => unlessUnknown(ask<EventDetails>('details', { message })),
    bodies: (message) => unlessUnknown(ask<EventBodies>('reveal', { message })),
    budget: () => ask<BudgetView>('budget', {}),
    alarms: () => ask<AlarmsView>('alarms', {}),
    dead: (after) => ask<DeadPage>('dead', after === undefined ? {} : { after }),
    resend: (ids) => outcomes('resend', ids),
    drop: (ids) => outcomes('drop', ids),
    check: async () => (await ask<{ readonly checks: readonly Check[] }>('check', {})).checks,
    askForImports: () => ask<BulkView>('bulk', {}),
    events: (query) => ask<EventsView>('events', query),
    people: (part) => ask<PeopleView>('people', { part }),
    problems: (forMs) => ask<ProblemsView>('problems', { forMs }),
    counts: (forMs) => ask<CountsView>('counts', { forMs }),
    preview: (query) => ask<PreviewView>('preview', query),
    sendTest: (event) => ask<SentView>('send', { event }),
    erase: (user) => ask<SentView>('erase', { user }),
  };
};
