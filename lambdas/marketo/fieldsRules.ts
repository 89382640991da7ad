import type { Json } from '../segment/event.ts';
import { customName, isPossibleName, rowFor, soapNameOf, standardFieldFor } from './fieldsNames.ts';
import type { NameStyle } from './fieldsNames.ts';
import type { TraitRow } from './fieldsTraits.ts';
import { byCodeUnit, canonicalJson } from './text.ts';

/** How near a trait is to the field it claims; of two claims the one further up wins. */
const nearness = [
  'mapped by the settings',
  'a part that the settings map',
  'the event itself',
  'named like the field',
  'another name for it',
  'a part of an object',
  'half of a full name',
  'the context',
] as const;

/** A trait that wants to fill a field. */
export interface Claim {
  readonly trait: string;
  readonly field: string;
  readonly value: Json | undefined;
  readonly near: (typeof nearness)[number];
  /** Spelled exactly as the rule that makes the claim spells it. */
  readonly exact: boolean;
}

export interface LeftOut {
  readonly trait: string;
  /** For people; holds no values. */
  readonly because: string;
}

/** What becomes of one trait: claims on fields, or the reason why there are none. */
export type Outcome = readonly (Claim | LeftOut)[];

const textOf = ({ value }: Claim): string =>
  value === undefined ? '' : (canonicalJson(value) ?? '');

/** Which of two claims on one field is better (negative: the first), whatever the order of keys. */
export const byNearness = (a: Claim, b: Claim): number =>
  nearness.indexOf(a.near) - nearness.indexOf(b.near) ||
  Number(b.exact) - Number(a.exact) ||
  byCodeUnit(a.trait, b.trait) ||
  byCodeUnit(textOf(a), textOf(b));

interface Asking {
  readonly trait: string;
  readonly value: Json | undefined;
  /** Whether the trait is a part of an object, like `address.city`. */
  readonly part: boolean;
}

const splitName = (
  row: TraitRow,
  fields: readonly [string, string],
  { trait, value }: Asking,
): Outcome => {
  if (typeof value !== 'string' || value.trim() === '')
    return [{ trait, because: 'is no text that names could be taken from' }];
  const full = value.trim();
  const space = full.indexOf(' ');
  const halves = space < 0 ? [full] : [full.slice(0, space), full.slice(space + 1).trim()];
  const exact = trait === row.trait;
  return halves.map((half, index) => ({
    trait,
    field: fields[index] ?? fields[1],
    value: half,
    near: 'half of a full name',
    exact,
  }));
};

const byRow = (row: TraitRow, asking: Asking): Outcome => {
  const { trait, value, part } = asking;
  if (row.to === false) return [{ trait, because: row.because }];
  if (typeof row.to !== 'string') return splitName(row, row.to, asking);
  const near = part ? 'a part of an object' : 'another name for it';
  return [{ trait, field: row.to, value, near, exact: trait === row.trait }];
};

const isCamelCase = (name: string): boolean => /^\p{Ll}[\p{L}\p{N}]*$/u.test(name);

/** The rules below the settings' map: the trait table, Marketo's field table, then the name. */
export const byRule = (asking: Asking, style: NameStyle): Outcome => {
  const { trait, value, part } = asking;
  const row = rowFor(trait);
  if (row !== undefined) return byRow(row, asking);
  if (part) return [{ trait, because: 'has no field of its own; name it in fieldMap to send it' }];
  const near = 'named like the field';
  const standard = standardFieldFor(trait);
  if (standard?.readOnly)
    return [{ trait, because: `Marketo sets ${standard.rest} itself; map it to another field` }];
  if (standard !== undefined)
    return [{ trait, field: soapNameOf(standard), value, near, exact: trait === standard.rest }];
  const field = customName(trait, style);
  if (!isPossibleName(field)) return [{ trait, because: 'cannot be the name of a field' }];
  return [{ trait, field, value, near, exact: isCamelCase(trait) }];
};
