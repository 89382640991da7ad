import { partitionRegister } from './relations.ts';
import type { FieldValue } from './leadTypes.ts';

interface Valued {
  readonly name: string;
  readonly value: FieldValue;
}

/** Values for one record, without the partition; that stands beside them where one is named. */
export const partedPartition = <T extends Valued>(
  all: readonly T[],
): { readonly fields: readonly T[]; readonly partition?: string } => {
  const named = all.find(({ name }) => name === partitionRegister);
  if (named === undefined) return { fields: all };
  const fields = all.filter((one) => one !== named);
  return typeof named.value === 'string' ? { fields, partition: named.value } : { fields };
};
