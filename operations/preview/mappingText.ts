import { emptyMapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import { mappingContradictions, parseMapping } from '../../lambdas/settings/mappingSettings.ts';
import { mappingOf } from '../../lambdas/settings.ts';
import type { PreviewSettings } from './settings.ts';

/** A mapping file that says what this mapping does: what every mapping has is left out. */
export const textOfMapping = (mapping: Mapping): string => {
  const isSaid = ([key, value]: readonly [string, unknown]): boolean =>
    JSON.stringify(value) !== JSON.stringify(emptyMapping[key as keyof Mapping]);
  return JSON.stringify(Object.fromEntries(Object.entries(mapping).filter(isSaid)), null, 2);
};

/** The mapping in force has these already. */
const nothingMoved = {
  fieldMap: {},
  fieldPolicies: {},
  unknownFields: 'skip',
  activities: {},
  events: 'all',
} as const;

const file = 'mapping.json';

/** The mapping that a file's text says, or what is wrong with it, line by line. */
export const mappingInText = (
  text: string,
  { marketo }: Pick<PreviewSettings, 'marketo'>,
): { readonly mapping: Mapping } | { readonly problems: readonly string[] } => {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    const at = /line \d+ column \d+/.exec((error as Error).message)?.[0];
    const where = at === undefined ? '' : ` (${at})`;
    return {
      problems: [`The mapping is not JSON${where}. Look for a missing quote or comma.`],
    };
  }
  const place = { file, text };
  const { mapping, problems } = parseMapping(tree, place);
  const settings = { ...nothingMoved, mapping, marketo };
  const found =
    mapping === undefined || problems.length > 0
      ? problems
      : mappingContradictions(settings, place);
  if (mapping === undefined || found.length > 0)
    return {
      problems: found.map(({ where, wrong, remedy }) =>
        [where === undefined ? wrong : `${where}: ${wrong}`, remedy].join(' '),
      ),
    };
  return { mapping: mappingOf(settings) };
};
