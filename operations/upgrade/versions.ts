import type { Template } from './template.ts';

/** Version 0.1 did not say its version. */
const unnamed = '0.1.0';

/** The version of marketo-destination that a template was synthesized by. */
export const versionOf = ({ Outputs }: Template): string => {
  const { Value: value } = Outputs?.['Version'] ?? {};
  return typeof value === 'string' ? value : unnamed;
};

const numbers = (version: string): readonly number[] =>
  (version.split('-')[0] ?? '').split('.').map(Number);

/** Below zero where the first version is the older one. Pre-releases count as their release. */
export const compareVersions = (one: string, other: string): number => {
  const [a, b] = [numbers(one), numbers(other)];
  const place = a.findIndex((part, index) => part !== b[index]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
};
