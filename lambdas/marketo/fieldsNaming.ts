import type { LeadFields } from './marketoPorts.ts';
import type { Json } from '../segment/event.ts';
import type { Mapping } from './mapping/mapping.ts';
import { createFieldResolver } from './fieldResolver.ts';
import {
  customName,
  isPossibleName,
  isStandardName,
  mapper,
  rowFor,
  soapNameOf,
  standardFieldFor,
  targetField,
} from './fieldsNames.ts';
import type { NameStyle } from './fieldsNames.ts';
import type { Claim, UnmappedTrait, Outcome } from './fieldsRules.ts';

/** What the rules make of a trait's name, whatever its value. */
type Decision =
  | Pick<UnmappedTrait, 'because'>
  | Pick<Claim, 'field' | 'near' | 'exact'>
  | { readonly halves: readonly [first: string, last: string]; readonly exact: boolean };

const isCamelCase = (name: string): boolean => /^\p{Ll}[\p{L}\p{N}]*$/u.test(name);

const namesHalves = (value: Json | undefined): readonly string[] => {
  const full = typeof value === 'string' ? value.trim() : '';
  if (full === '') return [];
  const space = full.indexOf(' ');
  return space < 0 ? [full] : [full.slice(0, space), full.slice(space + 1).trim()];
};

const outcomeOf = (trait: string, value: Json | undefined, decision: Decision): Outcome => {
  if ('because' in decision) return [{ trait, because: decision.because }];
  if ('field' in decision) return [{ trait, value, ...decision }];
  const { halves, exact } = decision;
  const names = namesHalves(value);
  if (names.length === 0) return [{ trait, because: 'is no text that names could be taken from' }];
  return names.map((half, index) => ({
    trait,
    field: halves[index] ?? halves[1],
    value: half,
    near: 'half of a full name',
    exact,
  }));
};

export interface FieldRules extends Pick<Mapping, 'fieldMap'> {
  readonly fieldNames: NameStyle;
  readonly nulls: 'skip' | 'clear';
  /** Marketo's own description of its fields; absent until it has given one. */
  readonly described?: LeadFields;
}

/** The rules for names, made ready once for all events. */
interface Naming {
  readonly mapped: ReturnType<typeof mapper>;
  /** The field that is meant by a name of ours; the name itself where Marketo describes none. */
  readonly fieldNamed: (name: string) => string;
  /** The field that a rule of the mapping names. */
  readonly targetNamed: (name: string) => string;
  /**
   * The rules below the settings' map: the trait table, Marketo's description and field table, then
   * the name. A `part` is a part of an object, like `address.city`.
   */
  readonly byRule: (trait: string, value: Json | undefined, part?: 'part') => Outcome;
  /** Whether a trait fills a field that is none of Marketo's standard fields. */
  readonly isCustom: (trait: string) => boolean;
}

/** Decisions are remembered for so many names: more are no names that people gave. */
const maxRemembered = 5_000;

const compile = ({ fieldNames, fieldMap, described }: FieldRules): Naming => {
  const resolver = described && createFieldResolver(described);
  const fieldNamed = (name: string): string => resolver?.find(name) ?? name;

  const decide = (trait: string, part: boolean): Decision => {
    const row = rowFor(trait);
    const to = row?.to;
    const isExactRow = trait === row?.trait;
    if (row !== undefined && to === false) return { because: row.because };
    if (typeof to === 'object') return { halves: to, exact: isExactRow };
    if (!part && resolver?.has(trait) && !isStandardName(trait))
      return { field: trait, near: 'the exact name of a custom field', exact: true };
    if (typeof to === 'string') {
      const near = part ? 'a part of an object' : 'another name for it';
      return { field: fieldNamed(to), near, exact: isExactRow };
    }
    if (part) return { because: 'has no field of its own; name it in fieldMap to send it' };
    const near = 'named like the field';
    const standard = standardFieldFor(trait);
    if (standard?.readOnly)
      return { because: `Marketo sets ${standard.rest} itself; map it to another field` };
    if (standard !== undefined)
      return { field: soapNameOf(standard), near, exact: trait === standard.rest };
    const field = resolver?.find(trait) ?? customName(trait, fieldNames);
    if (!isPossibleName(field)) return { because: 'cannot be the name of a field' };
    return { field, near, exact: isCamelCase(trait) };
  };

  const whole = new Map<string, Decision>();
  const parts = new Map<string, Decision>();
  const decisionFor = (trait: string, part: boolean): Decision => {
    const known = part ? parts : whole;
    const found = known.get(trait);
    if (found !== undefined) return found;
    const decision = decide(trait, part);
    // What is longer than a field's name was decided at a glance.
    if (!isPossibleName(trait)) return decision;
    if (known.size >= maxRemembered) known.clear();
    known.set(trait, decision);
    return decision;
  };

  const targetNames = new Map<string, string>();
  const targetNamed = (name: string): string => {
    const known = targetNames.get(name);
    if (known !== undefined) return known;
    const field = targetField(name, resolver?.find);
    targetNames.set(name, field);
    return field;
  };

  return {
    mapped: mapper(fieldMap, resolver?.find),
    fieldNamed,
    targetNamed,
    byRule: (trait, value, part) => outcomeOf(trait, value, decisionFor(trait, part !== undefined)),
    isCustom: (trait) => {
      const decision = decisionFor(trait, false);
      return 'field' in decision && !isStandardName(decision.field);
    },
  };
};

const compiled = new WeakMap<FieldRules, Naming>();

/** The naming by these rules; the same object of rules is made ready once. */
export const namingBy = (rules: FieldRules): Naming => {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const naming = compile(rules);
  compiled.set(rules, naming);
  return naming;
};
