import { marketoLimits } from '../limits.ts';
import { rememberedLooseKey as looseKey } from '../segment/looseKeyMemo.ts';
import { traitTable } from './fieldsTraits.ts';
import type { TraitRow } from './fieldsTraits.ts';
import { leadApis } from './leadApis.ts';
import type { Api } from './leadApis.ts';
import { standardFields } from './standardFields.ts';
import type { StandardField } from './standardFields.ts';
import { byCodeUnit, stripInvalidXmlCharacters } from './text.ts';

/** How a trait without a row and without a standard field is named. */
export type NameStyle = 'segment' | 'pascal';

const raiseFirst = (word: string): string => {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
};

/** `second_favorite_color` → `Second_favorite_color`, or in pascal `SecondFavoriteColor`. */
export const customName = (trait: string, style: NameStyle): string =>
  style === 'segment'
    ? raiseFirst(trait.trim())
    : trait
        .split(/[^\p{L}\p{N}]+/u)
        .map(raiseFirst)
        .join('');

/** Whether a field could bear the name at all. */
export const isPossibleName = (name: string): boolean =>
  name.trim() !== '' &&
  name.length <= marketoLimits.fieldNameCharacters &&
  stripInvalidXmlCharacters(name) === name;

/** The SOAP name; where SOAP lacks the field, what it would be by the rule for all others. */
export const soapNameOf = (field: StandardField): string => field.soap ?? raiseFirst(field.rest);

const byTrait = new Map(
  standardFields.flatMap((field) => [
    [looseKey(soapNameOf(field)), field],
    [looseKey(field.rest), field],
  ]),
);
const byName = new Map(
  standardFields.filter((field) => !field.readOnly).map((field) => [soapNameOf(field), field]),
);
const standardNames = new Set(standardFields.map(soapNameOf));
const byRestName = new Map(standardFields.map((field) => [field.rest, field]));
const rows = new Map(traitTable.map((row) => [looseKey(row.trait), row]));
const partsOf = new Set(
  traitTable.flatMap(({ trait }) =>
    trait.includes('.') ? [looseKey(trait.split('.', 1).join())] : [],
  ),
);

/** Marketo's standard field that a trait means. */
export const standardFieldFor = (trait: string): StandardField | undefined =>
  byTrait.get(looseKey(trait));

/** The standard field of this SOAP name, where leads may set it. */
export const standardFieldNamed = (name: string): StandardField | undefined => byName.get(name);

/** The standard field of this SOAP name, where this API lets leads set it. */
export const standardFieldIn = (name: string, api: Api): StandardField | undefined => {
  const field = byName.get(name);
  return field && leadApis[api].sets(field) ? field : undefined;
};

export const rowFor = (trait: string): TraitRow | undefined => rows.get(looseKey(trait));

/** Whether an object under this trait is taken apart by the trait table. */
export const hasParts = (trait: string): boolean => partsOf.has(looseKey(trait));

/** Whether a field of this name is one of Marketo's standard fields. */
export const isStandardName = (name: string): boolean => standardNames.has(name);

interface Mapped {
  readonly to: string | false;
  readonly exact: boolean;
}

/**
 * The field that somebody means who names one in the mapping: by a standard field's REST name, or as
 * `find` looks it up in Marketo's description; else the name itself.
 */
export const targetField = (to: string, find?: (name: string) => string | undefined): string => {
  const standard = byRestName.get(to);
  return standard === undefined ? (find?.(to) ?? to) : soapNameOf(standard);
};

/**
 * What the settings say of a trait: the exactly spelled key first, then a loosely equal one.
 */
export const mapper = (
  fieldMap: Readonly<Record<string, string | false>>,
  find?: (name: string) => string | undefined,
): ((trait: string) => Mapped | undefined) => {
  const exact = new Map<string, string | false>();
  const loose = new Map<string, string | false>();
  for (const [trait, to] of Object.entries(fieldMap).sort(([a], [b]) => byCodeUnit(a, b))) {
    const name = to === false ? to : targetField(to, find);
    exact.set(trait, name);
    if (!loose.has(looseKey(trait))) loose.set(looseKey(trait), name);
  }
  return (trait) => {
    const named = exact.get(trait);
    if (named !== undefined) return { to: named, exact: true };
    const like = loose.get(looseKey(trait));
    return like === undefined ? undefined : { to: like, exact: false };
  };
};
