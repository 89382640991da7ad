import { noTimeLeft } from '../../lambdas/marketo/transport.ts';
import { companyKey } from '../../lambdas/lead/relations.ts';
import type { RestCalled, RestRequest } from '../../lambdas/marketo/rest/restCaller.ts';
import { relate } from '../../lambdas/marketo/rest/relations/relate.ts';
import type { Update, Verdict } from '../../lambdas/marketo/marketoTypes.ts';
import { coded } from '../../simulator/rest/codes.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { MarketoBooks } from './marketoBooks.ts';
import type { Asked } from './relationRequests.ts';
import { askedBy, noPermit } from './relationRequests.ts';
import { failedWith, createRelationWorker } from './relationWork.ts';
import type { Scheduler } from './scheduler.ts';

interface RelationPorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly books: MarketoBooks;
  readonly isDown: () => boolean;
}

/** What bounds the requests of one call. */
interface Bounds {
  /** By the clock of the world. */
  readonly deadline: number;
  readonly isTooLate: () => boolean;
  /** Whether one more request may start; it counts then. */
  readonly asked: () => Promise<boolean>;
}

const maxWorksMs = 90_000;
const refusesWithinMs = 300;
const usualMs = 3_000;

/**
 * How Marketo takes relations: the product's own requests, each answered record by record as Adobe
 * documents it, or as a whole, or not at all.
 */
export const createMarketoRelations = ({
  scheduler,
  faults,
  dice,
  books,
  isDown,
}: RelationPorts) => {
  const worker = createRelationWorker({ scheduler, faults, dice, books });

  const idsIn = (asked: Asked): readonly number[] =>
    'ids' in asked
      ? asked.ids
      : asked.records.flatMap(({ leadId, id }) => Number(leadId ?? id ?? 0) || []);

  /** Our leads whose relations of a call this request carries, and the names of these. */
  const begin = (
    asked: Asked,
    call: readonly Update[],
    owners: ReadonlyMap<number, readonly Update[]>,
  ) => {
    const going =
      asked.kind === 'companies'
        ? call.filter(({ company }) => asked.records.some((one) => one[companyKey] === company))
        : idsIn(asked).flatMap((id) => owners.get(id) ?? []);
    return books.beginRelations(going, asked.kind === 'links');
  };

  return async (
    call: readonly Update[],
    written: readonly (Verdict | undefined)[],
    { deadline, isTooLate, asked: mayStart }: Bounds,
  ): ReturnType<typeof relate> => {
    const owners = new Map<number, Update[]>();
    for (const [at, update] of call.entries()) {
      const before = written[at];
      const told = before?.kind === 'synced' ? before.marketoId : undefined;
      const id = told ?? update.marketoId;
      if (id !== undefined) owners.set(id, [...(owners.get(id) ?? []), update]);
    }
    const work = worker(owners, call);
    let isFirst = written.every((one) => one === undefined);

    const answer = async (request: RestRequest): Promise<RestCalled> => {
      const isLate = !isFirst && isTooLate();
      isFirst = false;
      if (isLate) return { notSent: noTimeLeft };
      if (!(await mayStart())) return { notSent: noPermit };
      const asked = askedBy(request);
      if (isDown() || faults.strikes('throttled')) {
        await faults.lag(refusesWithinMs);
        return failedWith(coded('606'));
      }
      const end = begin(asked, call, owners);
      if (['timeouts', 'brokenConnections'].some((one) => faults.strikes(one as 'timeouts'))) {
        const ms = dice.upTo(maxWorksMs);
        const share = dice.next();
        const isDone = dice.chance(0.7);
        void (async () => {
          await scheduler.sleep(ms * share);
          if (isDone) work(asked);
          await scheduler.sleep(ms * (1 - share));
          end();
        })();
        await scheduler.sleep(Math.max(0, Math.min(dice.upTo(ms), deadline - scheduler.now())));
        return { verdict: { kind: 'unavailable', because: 'no answer', worked: true } };
      }
      await scheduler.sleep(dice.upTo(usualMs));
      const isFailing = faults.strikes('relationFailures');
      const answered = !isFailing || dice.chance(0.5) ? work(asked) : undefined;
      await scheduler.sleep(dice.upTo(usualMs));
      end();
      return isFailing || answered === undefined ? failedWith(coded('713')) : answered;
    };
    return relate(call, written, answer);
  };
};
