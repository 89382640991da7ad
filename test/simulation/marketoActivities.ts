import type { ActivityVerdict } from '../../lambdas/lead/leadVerdicts.ts';
import type { Activity, Update } from '../../lambdas/marketo/marketoTypes.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { isBad } from './input.ts';
import type { MarketoBooks } from './marketoBooks.ts';

interface ActivityPorts {
  readonly faults: Faults;
  readonly dice: Dice;
  readonly books: MarketoBooks;
  readonly answersEach: boolean;
}

/** What Marketo says of the activities of a call, and what brings those that it takes into its books. */
interface Told {
  readonly verdicts: ReadonlyMap<Update, readonly ActivityVerdict[]>;
  readonly add: () => void;
}

const badPrimary = 'bad primary attribute';
const activityFailed = 'this activity failed';
const requestFailed = 'the request failed';
const leadGone = 'no lead of this id';

/** How Marketo takes custom activities: all of a call in one request. */
export const createMarketoActivities = (ports: ActivityPorts) => {
  const { faults, dice, books, answersEach } = ports;

  const tell = ({ lead }: Update, because: string): string => {
    books.tell(lead, because);
    return because;
  };

  const verdictOn = (update: Update, { primary }: Activity): ActivityVerdict => {
    if (isBad(primary)) return { kind: 'refused', because: tell(update, badPrimary) };
    if (faults.strikes('failedActivities'))
      return { kind: 'retry', because: tell(update, activityFailed), attempts: 3 };
    if (faults.strikes('goneLeads'))
      return { kind: 'retry', because: tell(update, leadGone), attempts: 8, isLeadGone: true };
    return { kind: 'added' };
  };

  /** A request that is refused as a whole names no activity, unless it has only one. */
  const wholeOf = (call: readonly Update[]): ActivityVerdict | undefined => {
    const all = call.flatMap(({ activities = [] }) => activities);
    const shared = all.length;
    if (faults.strikes('activityFailures'))
      return { kind: 'retry', because: requestFailed, shared };
    if (answersEach || !all.some(({ primary }) => isBad(primary))) return undefined;
    if (shared === 1) for (const update of call) tell(update, badPrimary);
    return { kind: 'refused', because: badPrimary, shared };
  };

  const addAll = ({ lead, activities = [] }: Update): void => {
    for (const activity of activities) if (!isBad(activity.primary)) books.add(lead, activity);
  };

  return {
    /** All activities of an update that Marketo can take are there from now on. */
    addAll,

    answer: (call: readonly Update[]): Told => {
      const whole = call.length === 0 ? undefined : wholeOf(call);
      if (whole !== undefined) {
        const isAdded = whole.kind === 'retry' && dice.chance(0.5);
        return {
          verdicts: new Map(
            call.map((update) => [update, (update.activities ?? []).map(() => whole)]),
          ),
          add: () => {
            if (isAdded) call.forEach(addAll);
          },
        };
      }
      const verdicts = new Map(
        call.map((update) => {
          const { activities = [] } = update;
          return [update, activities.map((one) => verdictOn(update, one))] as const;
        }),
      );
      return {
        verdicts,
        add: () => {
          for (const [{ lead, activities = [] }, told] of verdicts)
            activities.forEach((activity, index) => {
              if (told[index]?.kind === 'added') books.add(lead, activity);
            });
        },
      };
    },
  };
};
