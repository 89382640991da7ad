import { eventsIn } from '../../lambdas/lead/redrive.ts';
import { hasHeld } from '../../lambdas/lead/keys.ts';
import { tooMuch } from '../../lambdas/lead/itemSize.ts';
import type { Absorbed, NormalizedEvent } from '../../lambdas/lead/absorb.ts';
import type { DeadLetter, KeyId } from '../../lambdas/lead/leadTypes.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { AbsorbEvents } from '../../lambdas/absorb/absorbEvents.ts';
import type { Store } from '../../lambdas/store/leadStore.ts';
import type { ActionResult } from './actionResult.ts';
import { busy, inMarketo, kept, maxRaces, overruled } from './actionResult.ts';
import type { ActionLog } from './actionLog.ts';

interface KeyLetterPorts {
  readonly store: Pick<Store, 'keys' | 'saveKey'>;
  readonly absorbEvents: Pick<AbsorbEvents, 'absorb'>;
  readonly clock: Clock;
  readonly tell: ActionLog;
}

/**
 * Takes a key's dead letter up again, as the events that it was: they belong to the lead that the key
 * names by now, or named at their time; where it names none they are held for the whole hold time
 * once more. Done again it changes nothing. Rejects where the table fails.
 */
export const createRedriveKey = ({ store, absorbEvents, clock, tell: log }: KeyLetterPorts) => {
  /**
   * What else the key holds waits as long as what joins it. This write also stops a tick that has
   * written this very dead letter and is about to empty the key.
   */
  const holdAnew = async (key: KeyId): Promise<boolean> => {
    const loaded = (await store.keys([key])).get(key) ?? {};
    const item = loaded.state;
    if (item === undefined || item.link !== undefined || !hasHeld(item)) return true;
    return store.saveKey(key, loaded, { ...item, heldSince: clock.now() });
  };

  return async (deadLetter: DeadLetter & { readonly key: KeyId }): Promise<ActionResult> => {
    const { key } = deadLetter;
    for (let race = 0; race < maxRaces; race += 1) {
      if (!(await holdAnew(key))) continue;
      const absorbed = await absorbEvents.absorb(arrivalsOf(deadLetter));
      const because = absorbed.find((one) => one.because !== undefined)?.because;
      // What found no room became a dead letter anew, so this letter may go unless it is the same one.
      if (absorbed.some(({ dead }) => dead))
        return { outcome: 'kept', because: tooMuch, isSettled: true };
      const lead = absorbed.find((one) => one.lead !== undefined)?.lead;
      if (!absorbed.some(isBack)) {
        log.overruled(lead ?? key, deadLetter);
        const isKnown = absorbed.some(isUnchanged);
        const reason = because ?? (isKnown ? inMarketo : overruled);
        return { outcome: 'superseded', because: reason, isSettled: true };
      }
      const isHeld = absorbed.some(({ heldAt }) => heldAt !== undefined);
      if (isHeld) log.held(key, deadLetter);
      else log.resent(lead ?? key, deadLetter);
      const told = isHeld && because !== undefined ? { because: `held again: ${because}` } : {};
      return { outcome: 'resent', ...told, isSettled: true };
    }
    return kept(busy);
  };
};

const isBack = ({ outcomes, activity }: Absorbed): boolean =>
  activity === 'absorbed' || [...outcomes.values()].includes('absorbed');

const isUnchanged = ({ outcomes, activity }: Absorbed): boolean =>
  activity === 'unchanged' || [...outcomes.values()].includes('unchanged');

/** It does not matter which kind of key this is: its alias alone is asked, and nothing is linked. */
const arrivalsOf = (deadLetter: DeadLetter & { readonly key: KeyId }): readonly NormalizedEvent[] =>
  eventsIn(deadLetter).map((event) => ({
    ...event,
    keys: { cookie: deadLetter.key },
    isVisit: false,
    derived: { token: '' },
  }));
