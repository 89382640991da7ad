import { isMarketoField } from './relations.ts';
import type { Fields, IdentityRecord, Mailbox } from './leadTypes.ts';
import { without } from './without.ts';

/*
 * How a mailbox or a lead key stands in the table. Relations stand apart from fields there: version 0.1
 * takes all registers for fields of the lead, so that it would refuse a relation for good, or give up the
 * whole lead for it. What it does not know it keeps as it is.
 */

type State = Pick<Mailbox & IdentityRecord, 'fields' | 'deleted' | 'withdrawn'>;

/** What only the stored form has. */
interface Apart {
  readonly relations?: Fields;
}

const holdsRegisters = (state: unknown): state is State & Apart => {
  const { fields } = (state ?? {}) as { readonly fields?: unknown };
  return typeof fields === 'object' && fields !== null && !Array.isArray(fields);
};

/** A state as it is stored; whatever has no registers is stored as it is. */
export const toStored = (state: unknown): unknown => {
  if (!holdsRegisters(state)) return state;
  const entries = Object.entries(state.fields);
  const relations = entries.filter(([name]) => !isMarketoField(name));
  if (relations.length === 0) return state;
  return {
    ...state,
    fields: Object.fromEntries(entries.filter(([name]) => isMarketoField(name))),
    relations: Object.fromEntries(relations),
  };
};

/**
 * Relations with their fields again. Version 0.1 erases nothing from what it does not know: what is older
 * than the item's tombstone, or waited when consent was refused, is gone all the same.
 */
const together = (stored: State & Apart): State => {
  const { relations, deleted = '', withdrawn = '' } = stored;
  if (relations === undefined) return stored;
  const since = Object.entries(relations).filter(
    ([, { order, value }]) => order >= deleted && (order >= withdrawn || value === undefined),
  );
  const fields = Object.fromEntries([...Object.entries(stored.fields), ...since]);
  return { ...without(stored, 'relations'), fields };
};

/** An alias is empty. Where version 0.1 has made it a lead of its own, it is one. */
const withoutUsedAlias = (state: State & Partial<Mailbox>): State =>
  state.alias !== undefined && state.address?.text !== '' ? without(state, 'alias') : state;

/** A state as this version or an older one has stored it. */
export const fromStored = (stored: unknown): unknown =>
  holdsRegisters(stored) ? withoutUsedAlias(together(stored)) : stored;
