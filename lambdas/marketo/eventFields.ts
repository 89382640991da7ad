import type { QueuedEvent } from '../segment/event.ts';
import { claimsOf } from './fieldsClaims.ts';
import { byNearness } from './fieldsRules.ts';
import { namingBy } from './fieldsNaming.ts';
import type { FieldRules } from './fieldsNaming.ts';
import type { Claim, UnmappedTrait } from './fieldsRules.ts';
import { standardFieldNamed } from './fieldsNames.ts';
import { fieldValue } from './fieldsValues.ts';
import { byCodeUnit } from './text.ts';
import type { FieldValue, Update } from './marketoTypes.ts';

export type { FieldRules };

interface SplitFields {
  readonly fields: Update['fields'];
  /** Every trait that fills no field, with the reason. */
  readonly leftOut: readonly UnmappedTrait[];
  /** What filled each field, by the field's name. */
  readonly claims: ReadonlyMap<string, Claim>;
}

/** What rules of the mapping say of an event's fields. */
interface Mapped {
  readonly claims: readonly Claim[];
  readonly takes: ReadonlySet<string>;
  /** Nothing goes out at all. */
  readonly isDropped: boolean;
}

const unmapped: Mapped = { claims: [], takes: new Set(), isDropped: false };
const noFields: SplitFields = { fields: [], leftOut: [], claims: new Map() };

/**
 * The Marketo fields (SOAP names, sorted) that an event fills: by rules of the mapping whatever the call
 * is, and an identify by the built-in rules that `docs/mapping.md` lists. Pure, independent of the order of keys, and never throws for JSON.
 * Of two traits that reach one field with a value that can go, the nearer one wins.
 */
export const fieldsOf = (
  event: QueuedEvent,
  rules: FieldRules,
  { claims: mapped, takes, isDropped }: Mapped = unmapped,
): SplitFields => {
  const isIdentify = event.type === 'identify';
  if (isDropped || (!isIdentify && mapped.length === 0)) return noFields;
  const { targetNamed } = namingBy(rules);
  const leftOut: UnmappedTrait[] = [];
  const winners = new Map<string, { readonly claim: Claim; readonly value: FieldValue }>();
  const claims: Claim[] = mapped.map((claim) => ({ ...claim, field: targetNamed(claim.field) }));
  for (const outcome of isIdentify ? claimsOf(event, rules, takes) : []) {
    if ('field' in outcome) claims.push(outcome);
    else leftOut.push(outcome);
  }
  for (const claim of claims.sort(byNearness)) {
    const { trait, field } = claim;
    const taken = fieldValue(claim.value, standardFieldNamed(field), rules.nulls);
    const winner = winners.get(field);
    if ('because' in taken) leftOut.push({ trait, because: taken.because });
    else if (winner === undefined) winners.set(field, { claim, value: taken.value });
    else leftOut.push({ trait, because: `${field} is filled by ${winner.claim.trait}` });
  }
  return {
    fields: [...winners]
      .map(([name, { value }]) => ({ name, value }))
      .sort((a, b) => byCodeUnit(a.name, b.name)),
    leftOut: leftOut.sort(
      (a, b) => byCodeUnit(a.trait, b.trait) || byCodeUnit(a.because, b.because),
    ),
    claims: new Map([...winners].map(([name, { claim }]) => [name, claim])),
  };
};
