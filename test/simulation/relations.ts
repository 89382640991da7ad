import { leadIdOfCompany } from '../../lambdas/digest.ts';
import { mayBeDeleted } from './deletions.ts';
import { isCompanyValueOver, isGivenUp } from './eventOutcomes.ts';
import type { Posted } from './input.ts';
import { isRequest, statusRegister, stepOf } from './relationNames.ts';
import { leadsOf } from './people.ts';
import type { Check } from './seen.ts';
import type { World } from './world.ts';

/** Whether Marketo has, of a register, what its winner says; of a status, that or a later one. */
export const isThere = (name: string, has: unknown, wanted: unknown): boolean =>
  has === wanted || (name === statusRegister && stepOf(has) >= Math.max(0, stepOf(wanted)));

/** Older words of a relation that went after newer ones. */
export const overtaken: Check = ({ world }) => [...new Set(world.books.relations.overtaking)];

/** Requests of campaigns that ran with the tokens of another event, or for another lead. */
export const strayRequests: Check = ({ world }) =>
  world.posted.flatMap(({ event, email, fields }) =>
    fields
      .filter(({ name }) => isRequest(name))
      .flatMap(({ name, value }) => {
        const own =
          email === undefined ? undefined : new Set(world.books.reachedBy(leadsOf(world, email)));
        return [...world.books.leads.values()].flatMap((lead) => {
          if (!lead.requests.has(name)) return [];
          const whose = `${name} of ${event.messageId}`;
          const isOther = world.books.relations.runs.some(
            (run) => run.name === name && run.tokens !== value,
          );
          return [
            ...(own && !own.has(lead) ? [`${whose} went to ${lead.id}`] : []),
            ...(isOther ? [`${whose} went with other tokens to ${lead.id}`] : []),
          ];
        });
      }),
  );

interface Word {
  readonly one: Posted;
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
}

/** What events say of companies. */
const wordsOn = ({ posted }: Pick<World, 'posted'>): readonly Word[] =>
  posted.flatMap((one) =>
    (one.company?.values ?? []).map((said) => ({ one, id: one.company?.id ?? '', ...said })),
  );

/** Companies that ended with another value than the last one said of them, and words on them that are lost. */
export const wrongCompanies: Check = ({ world }) =>
  [...Map.groupBy(wordsOn(world), ({ id, name }) => `${id} ${name}`).values()].flatMap((words) => {
    const sorted = words.toSorted((a, b) => (a.one.event.order < b.one.event.order ? 1 : -1));
    const [winner] = sorted;
    if (winner === undefined) return [];
    const { one, id, name, value } = winner;
    const has = world.books.relations.companies.get(id)?.values.get(name);
    const { event, email } = one;
    if (has === value || isGivenUp(world, { name, order: event.order })) return [];
    if (mayBeDeleted(world, { event, email })) return [];
    if (isCompanyValueOver(world, leadIdOfCompany(id), { name, value, order: event.order }))
      return [];
    return [`${name} of ${id} is ${String(has)}, not ${String(value)} of ${event.messageId}`];
  });
