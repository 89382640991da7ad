import * as z from 'zod';
import type { Field } from './field.ts';
import type { FieldTable } from './fields.ts';
import { deleteEffect, mergeEffects } from './merge.ts';
import { problemsOf } from './problems.ts';
import type { InstanceSchema } from './schema/schema.ts';
import type { Lead } from './model.ts';
import type { State } from './state.ts';
import { isStorable, storedText } from './values.ts';

/** Why the simulator does not do what its own API asks. `status` is that of HTTP. */
export class ControlError extends Error {
  readonly status: 400 | 404;

  constructor(status: 400 | 404, message: string) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** A lead as somebody other than a client of the lead API writes it; what is left out stays as it is. */
const leadInput = z.strictObject({
  email: z.string().nullable().optional(),
  /** `<ForeignSysType>:<ForeignSysPersonId>` */
  foreign: z.string().nullable().optional(),
  /** By REST or SOAP name, read-only fields too; null or '' empties a field. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  /** Tokens; they move from the leads that had them. */
  cookies: z.array(z.string()).optional(),
  partition: z.string().optional(),
});

export type LeadInput = z.input<typeof leadInput>;

export interface Control {
  /** Makes a lead, whoever has its e-mail already. */
  readonly createLead: (input: LeadInput) => Lead;
  /** Changes a lead as a person or another system does in Marketo: no lock, no limit, no call. */
  readonly changeLead: (id: number, input: LeadInput) => Lead;
  /** Makes a lead with another id and the same e-mail and values. */
  readonly duplicateLead: (id: number) => Lead;
  readonly mergeLeads: (winner: number, losers: readonly number[]) => Lead;
  readonly deleteLead: (id: number) => void;
}

interface ControlParts {
  readonly state: State;
  readonly fields: FieldTable;
  readonly schema: InstanceSchema;
  readonly now: () => number;
}

/** What the simulator's own API does to leads. Every function throws ControlError. */
export const createControl = ({ state, fields, schema, now }: ControlParts): Control => {
  const lead = (id: number): Lead => {
    const found = state.byId(id);
    if (found === undefined) throw new ControlError(404, `there is no lead ${id}`);
    return found;
  };

  const parsed = (input: unknown): z.output<typeof leadInput> => {
    const result = leadInput.safeParse(input);
    if (result.success) return result.data;
    const known = Object.keys(leadInput.shape).join(', ');
    throw new ControlError(400, `${problemsOf(result.error)}. A lead knows: ${known}`);
  };

  const fieldOf = (name: string): Field => {
    const field = fields.rest.get(name) ?? fields.soap.get(name);
    if (field === undefined || ['Email', 'Id', 'createdAt', 'updatedAt'].includes(field.name))
      throw new ControlError(400, `fields.${name}: leads have no such field to write`);
    return field;
  };

  const valuesOf = (
    before: Lead['fields'],
    given: NonNullable<LeadInput['fields']>,
  ): Lead['fields'] => {
    const values = new Map(Object.entries(before));
    for (const [name, value] of Object.entries(given)) {
      const { name: key, dataType, length } = fieldOf(name);
      const text = value === null ? '' : String(value);
      if (!isStorable(dataType, length, text))
        throw new ControlError(400, `fields.${name}: a field of type ${dataType} cannot hold it`);
      if (text === '') values.delete(key);
      else values.set(key, storedText(dataType, text));
    }
    return Object.fromEntries(values);
  };

  /** The name of a lead's partition as the state keeps it; the first one is kept as none. */
  const partitionOf = (name: string): { partition?: string } => {
    const place = schema.partitions.findIndex((one) => one.name === name);
    if (place < 0) {
      const known = schema.partitions.map((one) => one.name).join(', ');
      throw new ControlError(400, `partition: there are ${known}`);
    }
    return place === 0 ? {} : { partition: name };
  };

  const put = (given: Lead, input: unknown): Lead => {
    const { email, foreign, fields: values = {}, cookies, partition } = parsed(input);
    const { partition: former, ...before } = given;
    const home = former === undefined ? {} : { partition: former };
    const made: Lead = {
      ...before,
      ...(email !== undefined && { email: email || null }),
      ...(foreign !== undefined && { foreign: foreign || null }),
      fields: valuesOf(given.fields, values),
      ...(cookies && { cookies }),
      ...(partition === undefined ? home : partitionOf(partition)),
      updatedAt: now(),
    };
    state.apply({ kind: 'lead', lead: made });
    return made;
  };

  const fresh = (): Lead => ({
    id: state.nextId(),
    email: null,
    foreign: null,
    fields: {},
    cookies: [],
    createdAt: now(),
    updatedAt: now(),
  });

  return {
    createLead: (input) => put(fresh(), input),
    changeLead: (id, input) => put(lead(id), input),
    duplicateLead: (id) => {
      const { email, fields: values, partition } = lead(id);
      return put({ ...fresh(), email, fields: values, ...(partition && { partition }) }, {});
    },
    mergeLeads: (winner, losers) => {
      const rest = [...new Set(losers)];
      if (rest.length === 0 || rest.includes(winner))
        throw new ControlError(400, 'a merge needs leads to merge, other than the winner');
      for (const effect of mergeEffects(lead(winner), rest.map(lead), now())) state.apply(effect);
      return lead(winner);
    },
    deleteLead: (id) => {
      state.apply(deleteEffect(lead(id)));
    },
  };
};
