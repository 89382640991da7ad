import type { Rules } from './rules.ts';
import { timing } from './rules.ts';
import type { Absorber, Dispatcher, Item, State } from './state.ts';

/** Something that may happen next. */
export interface Step {
  readonly what: string;
  readonly then: State;
}

type Index = 0 | 1;
const both: readonly Index[] = [0, 1];

const replaced = <T>(pair: readonly [T, T], index: Index, one: T): readonly [T, T] =>
  index === 0 ? [one, pair[1]] : [pair[0], one];

/** The table after a put; the index follows later. */
const written = (state: State, item: Item): State => {
  const { shown, now } = state;
  return { ...state, item, shown: { ...shown, staleSince: shown.staleSince ?? now } };
};

/** Everything that may happen next, by these rules. */
export const stepsFrom = (state: State, rules: Rules): readonly Step[] => {
  const { now, item, shown } = state;
  const steps: Step[] = [];
  const add = (what: string, then: State): void => void steps.push({ what, then });

  const absorber = (index: Index, one: Absorber, base = state): State => ({
    ...base,
    absorbers: replaced(base.absorbers, index, one),
  });
  const dispatcher = (index: Index, one: Dispatcher, base = state): State => ({
    ...base,
    dispatchers: replaced(base.dispatchers, index, one),
  });

  for (const index of both) {
    const one = state.absorbers[index];
    const name = `event ${index + 1}`;
    const read: Absorber = { at: 'writes', ...(item && { read: item }) };
    if (one.at === 'to come') add(`${name} comes, and its lead is read`, absorber(index, read));
    if (one.at !== 'writes') continue;
    if (item?.version !== one.read?.version) {
      add(`${name} loses its race and reads again`, absorber(index, read));
      continue;
    }
    const put = rules.put(one.read, rules.absorb(one.read?.mailbox, index), now);
    const after = written(state, put);
    add(`${name} is written and acknowledged`, absorber(index, { at: 'done' }, after));
    // Its message comes again, sooner or later.
    if (state.crashes > 0)
      add(`${name} is written, and its worker dies`, {
        ...absorber(index, { at: 'to come' }, after),
        crashes: state.crashes - 1,
      });
  }

  for (const index of both) {
    const one = state.dispatchers[index];
    const name = `dispatcher ${index + 1}`;
    const go = (what: string, next: Dispatcher, base = state): void => {
      add(`${name} ${what}`, dispatcher(index, next, base));
    };
    /** Reads the lead, whatever the index says, and goes on if it may be called. */
    const look = (what: string, since: number, base = state): void => {
      const isReady = item !== undefined && rules.isReady(item.mailbox, since);
      if (isReady) go(what, { at: 'locks', read: item, since }, base);
      else if (base !== state || one.at !== 'idle') go(what, { at: 'idle' }, base);
    };
    // One that dies before its lock has changed nothing.
    if (state.crashes > 0 && one.at !== 'idle' && one.at !== 'locks')
      go('dies', { at: 'idle' }, { ...state, crashes: state.crashes - 1 });

    switch (one.at) {
      case 'idle': {
        // A tick that names the lead may come at any time, more than once, or never.
        look('takes a tick', now);
        if (!state.isScheduled) break;
        const base = { ...state, isScheduled: false };
        if (shown.entry !== undefined && shown.entry.nextAt <= now)
          look('takes the scheduled tick', now, base);
        else go('finds nothing at the scheduled tick', one, base);
        break;
      }
      case 'locks': {
        const { read, since } = one;
        if (item?.version !== read.version) {
          look('loses the lock and reads again', since);
          break;
        }
        const owner = `call ${read.version}`;
        const { mailbox, snapshot } = rules.lock(read.mailbox, owner, since + rules.leaseMs);
        const deadline = since + timing.callTimeoutMs;
        const locked = rules.put(read, mailbox, now);
        go('locks', { at: 'starts', snapshot, deadline, locked }, written(state, locked));
        break;
      }
      case 'starts': {
        const { snapshot, deadline, locked } = one;
        if (deadline - now < timing.marketoWorksMs) {
          const unsent = { at: 'settles', heard: 'not sent', endedAt: now } as const;
          go('has no time left', { ...unsent, snapshot, read: locked });
          break;
        }
        const value = String(snapshot.fields[0]?.value);
        const working = [...state.working, { owner: snapshot.owner, startedAt: now, value }];
        go('calls', { at: 'waits', snapshot, deadline, locked }, { ...state, working });
        break;
      }
      case 'waits': {
        const { snapshot, locked, deadline, isUnheard } = one;
        const { silences } = state;
        const after = { at: 'settles', endedAt: now, snapshot, read: locked } as const;
        if (isUnheard && deadline <= now)
          go('has waited long enough', { ...after, heard: 'nothing' });
        if (isUnheard) break;
        // The connection breaks while Marketo still works.
        if (silences > 0)
          go('hears nothing', { ...after, heard: 'nothing' }, { ...state, silences: silences - 1 });
        const call = state.working.find(({ owner }) => owner === snapshot.owner);
        if (call === undefined) break;
        const working = state.working.filter((other) => other !== call);
        const ended = { ...state, working, value: call.value, lastEndedAt: now };
        go('is answered', { ...after, heard: 'synced' }, ended);
        break;
      }
      case 'settles': {
        const { read, snapshot, heard, endedAt } = one;
        const isLost = item?.version !== read.version;
        const mailbox = rules.settle(read.mailbox, snapshot, heard, endedAt);
        if (mailbox === undefined || (isLost && !rules.settlesAgain))
          go('gives up its settle', { at: 'idle' });
        else if (!isLost)
          go('settles', { at: 'idle' }, written(state, rules.put(read, mailbox, now)));
        else if (item) go('loses its settle and reads again', { ...one, read: item });
      }
    }
  }

  /** This dispatcher waits for an answer that never comes. */
  const unheard = (index: Index): State => {
    const one = state.dispatchers[index];
    const lost: Dispatcher = one.at === 'waits' ? { ...one, isUnheard: true } : one;
    return { ...dispatcher(index, lost), silences: state.silences - 1 };
  };

  // Marketo ends a call whose answer nobody gets; it was applied, or not.
  for (const call of state.working) {
    const working = state.working.filter((other) => other !== call);
    const waiting = both.find((index) => {
      const one = state.dispatchers[index];
      return one.at === 'waits' && one.snapshot.owner === call.owner;
    });
    if (waiting !== undefined && state.silences === 0) continue;
    const silent = waiting === undefined ? state : unheard(waiting);
    const ended = { ...silent, working, lastEndedAt: now };
    add('Marketo ends a call in silence', { ...ended, value: call.value });
    add('Marketo drops a call', ended);
  }

  if (shown.staleSince !== undefined)
    add('the index catches up', { ...state, shown: item?.entry ? { entry: item.entry } : {} });

  const passed = timePassed(state);
  if (passed) add('time passes', passed);
  return steps;
};

const isWaiting = (one: Dispatcher): boolean => one.at === 'idle' || one.at === 'waits';

/** A moment later; `undefined` where something has to happen first. */
const timePassed = (state: State): State | undefined => {
  const { now, shown, absorbers, dispatchers, working, isScheduled, delays } = state;
  const isBusy =
    !dispatchers.every(isWaiting) ||
    absorbers.some(({ at }) => at === 'writes') ||
    (isScheduled && dispatchers.some(({ at }) => at === 'idle'));
  if (isBusy && delays === 0) return undefined;
  if (absorbers.some(({ at }) => at === 'to come') && now >= timing.inputMs) return undefined;
  if (dispatchers.some((one) => one.at === 'waits' && one.deadline <= now)) return undefined;
  if (working.some(({ startedAt }) => now - startedAt >= timing.marketoWorksMs)) return undefined;
  if (shown.staleSince !== undefined && now - shown.staleSince >= timing.indexLagMs)
    return undefined;
  const next = now + 1;
  const { lastEndedAt, ...rest } = state;
  // Only the last moments before a call matter.
  const isRecent = lastEndedAt !== undefined && next - lastEndedAt < timing.lockMs;
  return {
    ...rest,
    ...(isRecent && { lastEndedAt }),
    now: next,
    isScheduled: isScheduled || next % timing.scheduledEveryMs === 0,
    delays: isBusy ? delays - 1 : delays,
  };
};
