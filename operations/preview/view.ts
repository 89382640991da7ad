import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import type { Mapping } from '../../lambdas/marketo/mapping/mapping.ts';
import type { Clock } from '../../lambdas/ports.ts';
import type { Tools } from '../ports.ts';
import { mappingInText, textOfMapping } from './mappingText.ts';
import { previewOf } from './preview.ts';
import type { PreviewSettings } from './settings.ts';

interface PreviewViewParts {
  readonly settings: PreviewSettings & Omit<NormalizeRules, keyof Mapping>;
  /** The mapping in force. */
  readonly mapping: () => Promise<Mapping>;
  readonly clock: Clock;
}

/** What events become by the mapping in force, and by another one that is tried. Calls nobody. */
export const createPreviewView = (parts: PreviewViewParts): Tools['preview'] => {
  const { settings, clock } = parts;
  return async ({ event, source, mapping: text }) => {
    const inForce = await parts.mapping();
    const by = (mapping: Mapping) => {
      const rules = { ...settings, ...mapping };
      return previewOf(event, { settings, rules, now: clock.now(), source });
    };
    const tried = text === undefined ? undefined : mappingInText(text, settings);
    return {
      mapping: textOfMapping(inForce),
      preview: by(inForce),
      ...(tried && 'mapping' in tried && { tried: by(tried.mapping) }),
      problems: tried && 'problems' in tried ? tried.problems : [],
    };
  };
};
