import type { Json } from '../segment/event.ts';
import { byCodeUnit, canonicalJson } from './text.ts';

/** How near a trait is to the field it claims; of two claims the one further up wins. */
const nearness = [
  'mapped by a rule',
  'mapped by the settings',
  'a part that the settings map',
  'the event itself',
  'the exact name of a custom field',
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
  /** Of a rule of the mapping: its place there; of two such claims the first wins. */
  readonly rule?: number;
}

export interface UnmappedTrait {
  readonly trait: string;
  /** For people; holds no values. */
  readonly because: string;
}

/** What becomes of one trait: claims on fields, or the reason why there are none. */
export type Outcome = readonly (Claim | UnmappedTrait)[];

const textOf = ({ value }: Claim): string =>
  value === undefined ? '' : (canonicalJson(value) ?? '');

/** Which of two claims on one field is better (negative: the first), whatever the order of keys. */
export const byNearness = (a: Claim, b: Claim): number =>
  nearness.indexOf(a.near) - nearness.indexOf(b.near) ||
  (a.rule ?? 0) - (b.rule ?? 0) ||
  Number(b.exact) - Number(a.exact) ||
  byCodeUnit(a.trait, b.trait) ||
  byCodeUnit(textOf(a), textOf(b));
