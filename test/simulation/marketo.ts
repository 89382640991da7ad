import {
  hasOnlyRelations,
  hasSecondary,
  needsNoRecord,
} from '../../lambdas/marketo/rest/record.ts';
import { planRestCalls as planRestCalls } from '../../lambdas/marketo/rest/restPlan.ts';
import { planSoapCalls as planSoapCalls } from '../../lambdas/marketo/soap/soapPlan.ts';
import type {
  ActivityVerdict,
  CallAnswer,
  LeadId,
  Update,
  Verdict,
} from '../../lambdas/marketo/marketoTypes.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { MarketoLeads, MayStart } from '../../lambdas/marketo/marketoPorts.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { MarketoBooks } from './marketoBooks.ts';
import type { Finding, Meant } from './marketoLeads.ts';
import type { Tastes } from './refusals.ts';
import { createMarketoActivities } from './marketoActivities.ts';
import { createMarketoRelations } from './marketoRelations.ts';
import { createRefusals } from './refusals.ts';
import type { Scheduler } from './scheduler.ts';

/** How this world's Marketo behaves. */
interface MarketoHabits extends Tastes, Finding {
  /** The fields that it has, and their types. */
  readonly has: ReadonlyMap<string, string>;
  /** Fields that events bring and that it does not have. */
  readonly lacks: readonly string[];
  readonly answersEach: boolean;
  /** The longest that it usually works on a call. */
  readonly worksForMs: number;
  /** Whether it says which fields it has; `wrongly`: it names some that a call is refused for. */
  readonly describes: 'always' | 'wrongly' | 'sometimes';
  /** Epoch ms between which it is down. */
  readonly down: { readonly from: number; readonly to: number } | undefined;
}

interface MarketoPorts {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly dice: Dice;
  readonly books: MarketoBooks;
  readonly habits: MarketoHabits;
}

const maxWorksMs = 90_000;
const describesWithinMs = 2_000;
const refusesWithinMs = 300;
const requestsWithinMs = 6_000;
const leadGone = 'Marketo does not have this lead any more';
const duplicated = 'several leads have this key';

const notWorked = (because: string): CallAnswer => ({
  whole: { kind: 'unavailable', because, worked: false },
});

/**
 * Marketo's lead API as a port: works on calls for as long as it likes, whoever still waits, and
 * keeps books of it by its own clock. Made anew for each worker, whose clock deadlines are told by.
 */
export const createMarketo = (ports: MarketoPorts) => {
  const { scheduler, faults, dice, books, habits } = ports;
  const refusalOf = createRefusals(habits, books);
  const activities = createMarketoActivities({
    faults,
    dice,
    books,
    answersEach: habits.answersEach,
  });

  const relateIn = createMarketoRelations({
    scheduler,
    faults,
    dice,
    books,
    isDown: () => isDown(),
  });

  const isDown = (): boolean =>
    habits.down !== undefined &&
    scheduler.now() >= habits.down.from &&
    scheduler.now() < habits.down.to;

  /** Works on a call for so long; what it does, it does somewhere in between. */
  const work = async (
    call: readonly Update[],
    ms: number,
    done: readonly Update[],
    also?: () => void,
  ): Promise<ReadonlyMap<LeadId, Meant>> => {
    const end = books.begin(call);
    const share = dice.next();
    await scheduler.sleep(ms * share);
    const meant = new Map<LeadId, Meant>();
    for (const update of done) {
      meant.set(update.lead, books.apply(update));
      activities.addAll(update);
    }
    also?.();
    await scheduler.sleep(ms * (1 - share));
    end();
    return meant;
  };

  /** Mostly short, never longer than Marketo works on anything. */
  const someTime = (): number =>
    Math.min(maxWorksMs, habits.worksForMs * dice.next() * dice.next());

  const failure = (call: readonly Update[], because: string, attempts: number): Verdict => {
    // In a shared call it speaks to none of the leads.
    if (call.length === 1) for (const { lead } of call) books.tell(lead, because);
    return { kind: 'retry', because, attempts };
  };

  /** Works on a call for long and answers nothing; whoever waits hears of that at some time or never. */
  const fallSilent = async (
    call: readonly Update[],
    deadline: number,
    heardAfter: (ms: number) => number,
  ): Promise<CallAnswer> => {
    const ms = dice.upTo(maxWorksMs);
    void work(call, ms, dice.chance(0.7) ? call : []);
    await scheduler.sleep(Math.min(heardAfter(ms), deadline - scheduler.now()));
    return { whole: { kind: 'unavailable', because: 'no answer', worked: true } };
  };

  /** What Marketo says of one lead of a call, where it does not refuse the call. */
  const refusalIn = (update: Update): Verdict | undefined =>
    habits.answersEach ? refusalOf([update]) : undefined;

  const answerEach = async (call: readonly Update[]): Promise<CallAnswer> => {
    const failing = new Set(call.filter(() => faults.strikes('leadFailures')));
    const refused = new Map(call.map((update) => [update, refusalIn(update)]));
    const good = call.filter((update) => !failing.has(update) && refused.get(update) === undefined);
    const isDone = ({ activities: some }: Update): boolean => some === undefined;
    const told = activities.answer(good.filter((update) => !isDone(update)));
    const half = [...failing].filter(
      (update) => refused.get(update) === undefined && dice.chance(0.5),
    );
    // What becomes of activities is said by the answer, one by one.
    const applied = [...good.map((update) => without(update, 'activities')), ...half];
    const all = await work(call, someTime(), applied, told.add);
    const verdictOf = (update: Update): Verdict => {
      const refusal = refused.get(update);
      if (refusal !== undefined) return refusal;
      if (failing.has(update)) return failure([update], 'this lead failed', 2);
      const meant = all.get(update.lead);
      if (meant === undefined || meant === 'gone') return gone(update);
      if (meant === 'refused') {
        books.tell(update.lead, duplicated);
        return { kind: 'refused', because: duplicated, isOfLead: true };
      }
      const { lead, isNew, isFound } = meant;
      books.answered.set(update.lead, lead.id);
      const verdicts = told.verdicts.get(update);
      return {
        kind: 'synced',
        marketoId: lead.id,
        ...(isNew && { isCreated: true }),
        ...(isFound && { foundId: lead.id }),
        ...(verdicts && { activities: verdicts }),
      };
    };
    return { each: call.map(verdictOf) };
  };

  /** Its id names nobody any more. Where a record was sent, its e-mail may find the lead at once. */
  const gone = (update: Update): Verdict => {
    const { fields, marketoId, activities: some } = update;
    const isGone = { because: leadGone, isLeadGone: true } as const;
    if (fields.length > 0 || !hasSecondary(update)) return { kind: 'retry', ...isGone };
    books.tell(update.lead, leadGone);
    const later = { kind: 'retry', ...isGone, attempts: 8 } as const;
    if (some === undefined || marketoId === undefined) return later;
    const each = some.map((): ActivityVerdict => later);
    return { kind: 'synced', marketoId, cookie: 'pending', activities: each };
  };

  const answer = async (call: readonly Update[], deadline: number): Promise<CallAnswer> => {
    if (isDown() || faults.strikes('throttled')) {
      await faults.lag(refusesWithinMs);
      return notWorked('not now');
    }
    if (faults.strikes('timeouts')) return fallSilent(call, deadline, () => Infinity);
    if (faults.strikes('lostAnswers')) return fallSilent(call, deadline, (ms) => ms);
    if (faults.strikes('brokenConnections')) return fallSilent(call, deadline, dice.upTo);
    if (faults.strikes('failures')) {
      await work(call, someTime(), dice.chance(0.5) ? call : []);
      return { whole: { kind: 'retry', because: 'Marketo failed' } };
    }
    if (faults.strikes('boundedFailures')) {
      await work(call, someTime(), []);
      return { whole: failure(call, 'this call failed', 8) };
    }
    const refusal = habits.answersEach ? undefined : refusalOf(call);
    if (refusal === undefined) return answerEach(call);
    await work(call, someTime(), []);
    return { whole: refusal };
  };

  const asked = async (mayStart: MayStart): Promise<boolean> => {
    if (!(await mayStart())) return false;
    books.request();
    return true;
  };

  /**
   * Over REST, the leads of a call that several leads have the e-mails of, and that no request could be made
   * for: one to look their ids up, and one to write them.
   */
  const lookedUp = async (
    call: readonly Update[],
    mayStart: MayStart,
  ): Promise<ReadonlyMap<LeadId, Verdict>> => {
    const several =
      habits.api === 'rest' && habits.duplicates !== 'refuse'
        ? call.filter(books.marketo.isAmbiguous)
        : [];
    const later = { kind: 'retry', because: 'no slot' } as const;
    const none = new Map<LeadId, Verdict>();
    if (several.length === 0) return none;
    await faults.lag(requestsWithinMs);
    if (!(await asked(mayStart))) return new Map(several.map(({ lead }) => [lead, later]));
    await faults.lag(requestsWithinMs);
    if (await asked(mayStart)) return none;
    return new Map(
      several.map((update) => {
        const foundId = books.marketo.foundId(update);
        if (foundId !== undefined) books.answered.set(update.lead, foundId);
        return [update.lead, { ...later, ...(foundId !== undefined && { foundId }) }];
      }),
    );
  };

  /** Over REST, the call without what no request may start for. */
  const withSlots = async (call: readonly Update[], mayStart: MayStart): Promise<Update[]> => {
    if (habits.api !== 'rest') return [...call];
    const isAdding = call.some((update) => update.activities !== undefined);
    const mayAdd = isAdding && (await asked(mayStart));
    const going: Update[] = [];
    for (const update of call) {
      const full = mayAdd ? update : without(update, 'activities');
      const isLater = update.cookie !== undefined && !(await asked(mayStart));
      going.push(isLater ? without(full, 'cookie') : full);
    }
    return going;
  };

  /** The verdict on what a lead wanted, of which less went. */
  const putOff = (verdict: Verdict, wanted: Update, went: Update | undefined): Verdict => {
    if (verdict.kind !== 'synced') return verdict;
    const isCookieLater = wanted.cookie !== went?.cookie;
    const late =
      went?.activities === undefined
        ? wanted.activities?.map((): ActivityVerdict => ({ kind: 'pending', because: 'no slot' }))
        : undefined;
    return {
      ...verdict,
      ...(isCookieLater && { cookie: 'pending' as const }),
      ...(late && { activities: late }),
    };
  };

  /** Where others of the call wait for their ids, what is said of the one that went is said of it alone. */
  const onlyOf = (
    sent: readonly Update[],
    lookups: ReadonlyMap<LeadId, Verdict>,
    whole: Extract<CallAnswer, { whole: unknown }>['whole'],
  ): readonly Verdict[] | undefined =>
    lookups.size > 0 && sent.length === 1 && whole.kind !== 'unavailable' ? [whole] : undefined;

  return (clock: Clock): MarketoLeads => ({
    plan: (updates) => (habits.api === 'rest' ? planRestCalls(updates) : planSoapCalls(updates)),
    fields: async (_deadline, mayStart) => {
      if (!(await asked(mayStart))) throw new Error('no slot');
      await faults.lag(describesWithinMs);
      const { describes } = habits;
      const isSilent = describes === 'sometimes' && dice.chance(0.5);
      if (isSilent || isDown()) throw new Error('no description');
      const wrong = describes === 'wrongly' ? habits.lacks : [];
      const names = [...habits.has, ...wrong.map((name) => [name, 'any'] as const)];
      return new Map(names.map(([name, type]) => [name, { type }]));
    },
    sync: async (call, deadline, mayStart) => {
      const isFirst = habits.api !== 'rest' || !call.every(needsNoRecord);
      if (isFirst && !(await asked(mayStart))) return notWorked('no slot');
      const lookups = await lookedUp(call, mayStart);
      const going = await withSlots(call, mayStart);
      const isEmpty = !isFirst && !going.some(hasSecondary);
      if (isEmpty) return notWorked('no slot');
      const left = deadline - clock.now();
      if (left <= maxWorksMs) return notWorked('no time left');
      const waiting = going.filter(({ lead }) => !lookups.has(lead));
      const sent = waiting.filter((update) => !hasOnlyRelations(update));
      const answered: CallAnswer =
        sent.length === 0
          ? { each: [] }
          : await books.waitFor(answer(sent, scheduler.now() + left));
      const verdicts = 'whole' in answered ? onlyOf(sent, lookups, answered.whole) : answered.each;
      if ('whole' in answered && verdicts === undefined) return answered;
      const written = waiting.map((update) => verdicts?.[sent.indexOf(update)]);
      const related = waiting.some(({ relations }) => relations !== undefined)
        ? await books.waitFor(
            relateIn(waiting, written, {
              deadline: scheduler.now() + deadline - clock.now(),
              isTooLate: () => clock.now() > deadline - maxWorksMs,
              asked: () => asked(mayStart),
            }),
          )
        : { each: written };
      const each = call.flatMap((update, index) => {
        const place = waiting.findIndex(({ lead }) => lead === update.lead);
        const verdict = lookups.get(update.lead) ?? related.each[place];
        return verdict ? [putOff(verdict, update, going[index])] : [];
      });
      return { ...(related.closed && { unavailable: related.closed }), each };
    },
  });
};
