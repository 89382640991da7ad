import { planCalls as planRestCalls } from '../../lambdas/marketo/rest/plan.ts';
import { planCalls as planSoapCalls } from '../../lambdas/marketo/soap/plan.ts';
import type { Answer, Update, Verdict } from '../../lambdas/marketo/types.ts';
import type { Clock, MarketoLeads, MayStart } from '../../lambdas/ports.ts';
import { without } from '../../lambdas/lead/without.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { MarketoBooks } from './marketoBooks.ts';
import type { Tastes } from './refusals.ts';
import { createRefusals } from './refusals.ts';
import type { Scheduler } from './scheduler.ts';

/** How this world's Marketo behaves. */
interface MarketoHabits extends Tastes {
  readonly api: 'rest' | 'soap';
  /** The longest that it usually works on a call. */
  readonly worksForMs: number;
  /** Whether it says which fields it has. */
  readonly describes: 'always' | 'never' | 'sometimes';
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

const worksMostMs = 90_000;
const describesWithinMs = 2_000;
const refusesWithinMs = 300;

const notWorked = (because: string): Answer => ({
  whole: { kind: 'unavailable', because, worked: false },
});

/**
 * Marketo's lead API as a port: works on calls for as long as it likes, whoever still waits, and
 * keeps books of it by its own clock. Made anew for each worker, whose clock deadlines are told by.
 */
export const createMarketo = (ports: MarketoPorts) => {
  const { scheduler, faults, dice, books, habits } = ports;
  const refusalOf = createRefusals(habits, books);

  const isDown = (): boolean =>
    habits.down !== undefined &&
    scheduler.now() >= habits.down.from &&
    scheduler.now() < habits.down.to;

  /** Works on a call for so long; what it does, it does somewhere in between. */
  const work = async (call: readonly Update[], ms: number, done: readonly Update[]) => {
    const end = books.begin(call);
    const share = dice.next();
    await scheduler.sleep(ms * share);
    done.forEach(books.apply);
    await scheduler.sleep(ms * (1 - share));
    end();
  };

  /** Mostly short, never longer than Marketo works on anything. */
  const someTime = (): number =>
    Math.min(worksMostMs, habits.worksForMs * dice.next() * dice.next());

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
  ): Promise<Answer> => {
    const ms = dice.upTo(worksMostMs);
    void work(call, ms, dice.chance(0.7) ? call : []);
    await scheduler.sleep(Math.min(heardAfter(ms), deadline - scheduler.now()));
    return { whole: { kind: 'unavailable', because: 'no answer', worked: true } };
  };

  const answerEach = async (call: readonly Update[]): Promise<Answer> => {
    const failing = new Set(call.filter(() => faults.strikes('leadFailures')));
    const applied = call.filter((update) => !failing.has(update) || dice.chance(0.5));
    await work(call, someTime(), applied);
    const verdictOf = (update: Update): Verdict => {
      if (failing.has(update)) return failure([update], 'this lead failed', 2);
      return { kind: 'synced', marketoId: 1 };
    };
    return { each: call.map(verdictOf) };
  };

  const answer = async (call: readonly Update[], deadline: number): Promise<Answer> => {
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
    const refusal = refusalOf(call);
    if (refusal === undefined) return answerEach(call);
    await work(call, someTime(), []);
    return { whole: refusal };
  };

  /** Over REST each cookie is a request of its own, after the one for all leads. */
  const requestsOf = (call: readonly Update[]): number =>
    habits.api === 'rest' ? 1 + call.filter(({ cookie }) => cookie !== undefined).length : 1;

  const asked = async (mayStart: MayStart): Promise<boolean> => {
    if (!(await mayStart())) return false;
    books.request();
    return true;
  };

  /** Over REST, the call without the cookies that no request may start for, and which those are. */
  const withSlots = async (call: readonly Update[], mayStart: MayStart) => {
    const going: Update[] = [];
    const later: boolean[] = [];
    for (const update of call) {
      const isExtra = habits.api === 'rest' && update.cookie !== undefined;
      const isLater = isExtra && !(await asked(mayStart));
      going.push(isLater ? without(update, 'cookie') : update);
      later.push(isLater);
    }
    return { going, later };
  };

  const putOff = (verdict: Verdict): Verdict =>
    verdict.kind === 'synced' ? { ...verdict, cookie: 'pending' } : verdict;

  return (clock: Clock): MarketoLeads => ({
    plan: (updates) => (habits.api === 'rest' ? planRestCalls(updates) : planSoapCalls(updates)),
    requests: requestsOf,
    fieldNames: async (_deadline, mayStart) => {
      if (!(await asked(mayStart))) throw new Error('no slot');
      await faults.lag(describesWithinMs);
      const { describes } = habits;
      const isSilent = describes === 'never' || (describes === 'sometimes' && dice.chance(0.5));
      if (isSilent || isDown()) throw new Error('no description');
      return habits.has;
    },
    sync: async (call, deadline, mayStart) => {
      if (!(await asked(mayStart))) return notWorked('no slot');
      const { going, later } = await withSlots(call, mayStart);
      const left = deadline - clock.now();
      if (left <= worksMostMs) return notWorked('no time left');
      const answered = await answer(going, scheduler.now() + left);
      if ('whole' in answered) return answered;
      const each = answered.each.map((verdict, index) =>
        later[index] ? putOff(verdict) : verdict,
      );
      return { each };
    },
  });
};
