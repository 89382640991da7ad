import type { Api } from '../lambdas/marketo/leadApis.ts';
import { createRestMarketo } from '../lambdas/marketo/rest/restClient.ts';
import { createSoapMarketo } from '../lambdas/marketo/soap/soapClient.ts';
import type { CallAnswer, Update } from '../lambdas/marketo/marketoTypes.ts';
import type { Clock } from '../lambdas/ports.ts';
import type { LeadImports, MarketoLeads, MayStart } from '../lambdas/marketo/marketoPorts.ts';
import type { SchemaInput } from '../simulator/schema/shape.ts';
import { serveSimulator } from '../simulator/server.ts';
import type { VirtualTime } from './time.ts';

const munchkinId = '000-AAA-000';
const soap = { userId: 'bench_user', encryptionKey: 'bench_key' };
const rest = { clientId: 'bench_client', clientSecret: 'bench_secret' };
const schema: SchemaInput = {
  fields: [
    { name: 'UserId', dataType: 'string' },
    { name: 'Plan', dataType: 'string' },
    { name: 'Logins', dataType: 'integer' },
  ],
};

/** A sync call that was made: when its first request started and its last was answered (epoch ms). */
export interface MadeCall {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly updates: readonly Update[];
  readonly answer: CallAnswer;
}

/** Whether this update of a call reached Marketo for sure. */
export const wasSent = ({ answer }: Pick<MadeCall, 'answer'>, index: number): boolean =>
  ('whole' in answer ? answer.whole : answer.each[index])?.kind === 'synced';

/** Codes that refuse a whole call and blame nobody. */
const refusals = {
  rest: { target: 'leads', code: '609' },
  soap: { target: 'soap', code: '20110' },
} as const;
/** More than any outage meets. */
const forEver = 1_000_000;

interface BenchMarketoOptions {
  readonly time: VirtualTime;
  readonly clock: Clock;
  readonly requestMs: number;
  readonly isPoisoned?: (email: string) => boolean;
  /** Whether a backlog may leave by bulk imports; absent: it does not. */
  readonly hasImports?: boolean;
}

/**
 * The real client of one API, over a socket, to a simulated Marketo that takes `requestMs` of virtual
 * time for each request.
 */
export const createBenchMarketo = async (
  api: Api,
  { time, clock, requestMs, hasImports = false, isPoisoned = () => false }: BenchMarketoOptions,
) => {
  const { simulator, soapEndpoint, restEndpoint, close } = await serveSimulator({
    port: 0,
    clock,
    munchkinId,
    credentials: soap,
    rest,
    schema,
  });
  const common = { munchkinId, clock };
  const clients: Readonly<Record<Api, () => MarketoLeads>> = {
    rest: () =>
      createRestMarketo({
        ...common,
        endpoint: restEndpoint,
        credentials: () => Promise.resolve(rest),
      }),
    soap: () =>
      createSoapMarketo({
        ...common,
        endpoint: soapEndpoint,
        credentials: () => Promise.resolve(soap),
      }),
  };
  const client = clients[api]();

  /** Runs what makes requests; each takes its time before the next may start, or the answer comes. */
  const timed = async <T>(
    mayStart: MayStart,
    ask: (mayStart: MayStart) => Promise<T>,
    onStart: () => void = () => undefined,
  ): Promise<T> => {
    let isFirst = true;
    let isUnderWay = false;
    const arrive = async (): Promise<void> => {
      if (isUnderWay) await time.sleep(requestMs);
      isUnderWay = false;
    };
    const mayStartNext = async (): Promise<boolean> => {
      await arrive();
      isUnderWay = await mayStart();
      return isUnderWay;
    };
    const answer = await time.outside(() =>
      ask(async () => {
        const may = await time.inside(mayStartNext);
        // Nothing else is at Marketo from here to the request.
        if (may && isFirst) onStart();
        if (may) isFirst = false;
        return may;
      }),
    );
    await arrive();
    return answer;
  };

  const timedImports = (imports: LeadImports): LeadImports => ({
    ...imports,
    start: (kind, file, deadline, mayStart) =>
      timed(mayStart, (next) => imports.start(kind, file, deadline, next)),
    look: (job, deadline, mayStart) => timed(mayStart, (next) => imports.look(job, deadline, next)),
    troubles: (job, kind, what, deadline, mayStart) =>
      timed(mayStart, (next) => imports.troubles(job, kind, what, deadline, next)),
  });

  const made: MadeCall[] = [];
  const port: MarketoLeads = {
    plan: (updates) => client.plan(updates),
    sync: async (updates, deadline, mayStart) => {
      let startedAt: number | undefined;
      const answer = await timed(
        mayStart,
        (next) => client.sync(updates, deadline, next),
        () => {
          startedAt = time.now();
          if (updates.some(({ email }) => isPoisoned(email))) simulator.inject(refusals[api]);
        },
      );
      if (startedAt !== undefined) made.push({ startedAt, endedAt: time.now(), updates, answer });
      return answer;
    },
    fields: (deadline, mayStart) => timed(mayStart, (next) => client.fields(deadline, next)),
    ...(hasImports && client.imports && { imports: timedImports(client.imports) }),
  };
  return {
    port,
    simulator,
    made,
    close,
    goDown: () => {
      for (const target of [api, 'token'] as const)
        simulator.inject({ target, status: 503, count: forEver });
    },
    comeBack: () => {
      simulator.clearFaults();
    },
  };
};
