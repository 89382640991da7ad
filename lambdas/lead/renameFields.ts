import { isLeadField } from './relations.ts';
import type { Field, Fields, FieldValue, Incoming } from './leadTypes.ts';
import { without } from './without.ts';

/** What a register still has to say: its pending value, or the one that was left out unsent. */
const unsaid = ({ value, order, aside: rejection }: Field): FieldValue | undefined =>
  value === undefined && rejection?.order === order ? rejection.value : value;

/** The names in an order of their own: two spellings in one event have the same order key. */
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

/**
 * Moves values that came under another spelling into the register of the field that Marketo means,
 * once its description is known. There the last writer wins, as if all had come under that name;
 * `superseded` names values that have lost so and never went out. Returns the same fields when
 * there is nothing to move.
 */
export const renameFields = (
  fields: Fields,
  fieldNamed: (name: string) => string,
): { readonly fields: Fields; readonly superseded: readonly Incoming[] } => {
  const moving = Object.entries(fields)
    .filter(
      ([name, field]) =>
        unsaid(field) !== undefined && isLeadField(name) && fieldNamed(name) !== name,
    )
    .sort(byName);
  if (moving.length === 0) return { fields, superseded: [] };
  const next = new Map(Object.entries(fields));
  const superseded: Incoming[] = [];
  for (const [name, from] of moving) {
    const { order } = from;
    const value = unsaid(from);
    if (value === undefined) continue;
    next.delete(name);
    const target = fieldNamed(name);
    const current = next.get(target);
    if (current !== undefined && current.order >= order) {
      superseded.push({ name: target, value, order });
      continue;
    }
    const replaced = current && unsaid(current);
    if (current && replaced !== undefined)
      superseded.push({ name: target, value: replaced, order: current.order });
    const { source } = from;
    const memory = current && without(current, 'order', 'value', 'source');
    next.set(target, { ...memory, order, value, ...(source && { source }) });
  }
  return { fields: Object.fromEntries(next), superseded };
};
