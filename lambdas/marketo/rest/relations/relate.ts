import { marketoLimits } from '../../../limits.ts';
import { prerequisiteOf, targetOf } from '../../../lead/relations.ts';
import { transportVerdict } from '../../transport.ts';
import type { ActivityVerdict, Unavailable, Update, Verdict } from '../../marketoTypes.ts';
import type { RestCalled, RestRequest } from '../restCaller.ts';
import { isLeadGone, relationsVerdict } from '../apiErrors.ts';
import type { Going } from './kind.ts';
import { subjectOf } from './kind.ts';
import { groupOf, relationRows, rowOf } from './kinds.ts';
import { ofRecord } from './records.ts';

/** What is known of each update of a call when its record is written, or needed none. */
type Written = Verdict | undefined;

const noId: ActivityVerdict = {
  kind: 'retry',
  because: 'Marketo did not tell the lead’s id, without which it takes no relation',
  attempts: marketoLimits.boundedAttempts,
};

/** A relation with its place in the call. */
interface Placed extends Going {
  readonly name: string;
  readonly update: Update;
  readonly place: number;
}

/** What the answer to one request means for each of its relations; `closed`: for all of Marketo. */
const toldBy = (
  called: RestCalled,
  group: readonly Going[],
): { readonly each: readonly ActivityVerdict[]; readonly closed?: Unavailable } => {
  const all = (verdict: ActivityVerdict) => ({ each: group.map(() => verdict) });
  const ofAll = (verdict: Verdict): ReturnType<typeof toldBy> => {
    if (verdict.kind === 'unavailable')
      return { ...all({ kind: 'pending', because: verdict.because }), closed: verdict };
    const because = 'because' in verdict ? verdict.because : '';
    const shared = group.length;
    return verdict.kind === 'retry'
      ? all({ ...verdict, shared })
      : all({ kind: 'refused', because, shared });
  };
  if ('notSent' in called) return all({ kind: 'pending', because: called.notSent });
  if ('verdict' in called) return ofAll(called.verdict);
  const row = rowOf(group);
  if ('complaints' in called) {
    const because = row.refusal(called.complaints);
    // It is about what all of them are to, so nobody has to be tried alone.
    if (because !== undefined) return all({ kind: 'refused', because });
    const isAlone = new Set(group.map(subjectOf)).size === 1;
    return isAlone && isLeadGone(called.complaints)
      ? all(ofRecord(called.complaints))
      : ofAll(relationsVerdict(called.complaints));
  }
  const each = row.answers(group, called.result);
  return each ? { each } : ofAll(transportVerdict({ status: called.status }, 'a JSON answer'));
};

const idOf = ({ relations, marketoId, company }: Update, before: Written): number | undefined => {
  if (relations === undefined || (before && before.kind !== 'synced')) return undefined;
  if (company !== undefined) return 0;
  return before?.marketoId ?? marketoId;
};

/** Relations by the request that they go in, no larger than Marketo takes; what needs others comes after them. */
const groupsOf = (
  updates: readonly Update[],
  written: readonly Written[],
): readonly (readonly Placed[])[] => {
  const groups = new Map<string, { readonly placed: Placed[]; readonly subjects: Set<string> }>();
  for (const [index, update] of updates.entries()) {
    const id = idOf(update, written[index]);
    if (id === undefined) continue;
    const { company } = update;
    const whose = { id, ...(company !== undefined && { company }) };
    for (const [place, { name, value }] of (update.relations ?? []).entries()) {
      const target = targetOf(name);
      const known = groupOf({ name, value });
      if (target === undefined || known === undefined) continue;
      const group = groups.get(known.group) ?? { placed: [], subjects: new Set() };
      groups.set(known.group, group);
      const subject = subjectOf(whose);
      const isIn = group.subjects.has(subject);
      if (isIn ? known.isEachOnce : group.subjects.size >= known.most) continue;
      group.subjects.add(subject);
      group.placed.push({ ...whose, name, target, value, update, place });
    }
  }
  const isLater = ([one]: readonly Placed[]): number =>
    one !== undefined && prerequisiteOf(one.name) !== undefined ? 1 : 0;
  return [...groups.values()].map(({ placed }) => placed).sort((a, b) => isLater(a) - isLater(b));
};

interface Related {
  readonly each: readonly Written[];
  /** How a request found Marketo closed to all. */
  readonly closed?: Unavailable;
}

/**
 * Writes the relations of a call's leads, one request for each group. Whatever comes of it, a lead that
 * is synced stays so; a lead that had nothing else to tell has its verdict of it.
 */
export const relate = async (
  updates: readonly Update[],
  written: readonly Written[],
  call: (request: RestRequest) => Promise<RestCalled>,
): Promise<Related> => {
  const results = new Map<Update, Map<number, ActivityVerdict>>();
  let closed: Unavailable | undefined;
  const tell = ({ update, place }: Placed, verdict: ActivityVerdict): void => {
    const own = results.get(update) ?? new Map<number, ActivityVerdict>();
    results.set(update, own.set(place, verdict));
  };
  /** What a relation needs first went in this call, and Marketo does not have it. */
  const isTooEarly = ({ name, update }: Placed): boolean => {
    const first = prerequisiteOf(name);
    const at = (update.relations ?? []).findIndex((one) => one.name === first);
    return at >= 0 && results.get(update)?.get(at)?.kind !== 'added';
  };
  /** The record of the lead went in this call: it is written again no sooner than the next. */
  const isRecordTwice = ({ update, target }: Placed): boolean =>
    relationRows[target.kind].writesRecord === true &&
    written[updates.indexOf(update)] !== undefined;
  for (const all of groupsOf(updates, written)) {
    for (const one of all) {
      if (isTooEarly(one)) tell(one, tooEarly);
      else if (isRecordTwice(one)) tell(one, recordTwice);
    }
    const group = all.filter((one) => !isTooEarly(one) && !isRecordTwice(one));
    const [first, ...rest] = group;
    if (first === undefined) continue;
    const row = relationRows[first.target.kind];
    const answer = await resultOf(closed, group, () => call(row.request([first, ...rest])));
    if (answer.closed) closed = answer.closed;
    for (const [at, one] of group.entries()) {
      const verdict = answer.each[at];
      if (verdict) tell(one, verdict);
    }
  }
  const each = updates.map((update, index): Written => {
    const before = written[index];
    const { relations } = update;
    if (relations === undefined || (before && before.kind !== 'synced')) return before;
    const id = idOf(update, before);
    const own = results.get(update);
    // Nothing else was to tell, and Marketo is closed: the lead is as it was.
    if (closed && before === undefined && !hasAdded(own)) return closed;
    const verdicts = relations.map((_, place): ActivityVerdict =>
      id === undefined ? noId : (own?.get(place) ?? noRoom),
    );
    return {
      kind: 'synced',
      ...before,
      ...(id !== undefined && update.company === undefined && { marketoId: id }),
      relations: verdicts,
    };
  });
  return { each, ...(closed && { closed }) };
};

/** Once Marketo is closed to all, the relations of the requests to come wait. */
const resultOf = async (
  closed: Unavailable | undefined,
  group: readonly Going[],
  request: () => Promise<RestCalled>,
): Promise<ReturnType<typeof toldBy>> =>
  closed
    ? { each: group.map(() => ({ kind: 'pending', because: closed.because })) }
    : toldBy(await request(), group);

const tooEarly: ActivityVerdict = {
  kind: 'pending',
  because: 'what it belongs to is not in Marketo yet',
};

const recordTwice: ActivityVerdict = {
  kind: 'pending',
  because: 'the lead’s own values went first: a call writes the record of a lead once',
};

const noRoom: ActivityVerdict = { kind: 'pending', because: 'the request had no room for it' };

const hasAdded = (results: ReadonlyMap<number, ActivityVerdict> | undefined): boolean =>
  [...(results?.values() ?? [])].some(({ kind }) => kind === 'added');
