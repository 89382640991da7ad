import type { Rule } from './mappingSchema.ts';

/** A mapping with nothing left open. */
export interface Mapping {
  readonly fieldMap: Readonly<Record<string, string | false>>;
  readonly fieldPolicies: Readonly<Record<string, 'always' | 'changed' | 'create'>>;
  readonly unknownFields: 'skip' | 'fail';
  readonly events: 'all' | 'mapped' | 'none';
  readonly rules: readonly Rule[];
}

/** The mapping of those who map nothing: the built-in rules alone. */
export const emptyMapping: Mapping = {
  fieldMap: {},
  fieldPolicies: {},
  unknownFields: 'skip',
  events: 'all',
  rules: [],
};
