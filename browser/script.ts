import type { MarketoOptions } from './marketo.d.ts';
import { marketo } from './plugin.ts';

const globals = window as unknown as Record<string, unknown>;

// For pages that register the plugin themselves.
globals['marketoDestination'] = { marketo };

/** Calls a global function of the page when it is needed; it throws where there is none. */
const lazily = (name: string | undefined) =>
  name
    ? (...given: unknown[]) => (globals[name] as (...all: unknown[]) => Promise<never>)(...given)
    : undefined;

const register = ({ dataset, nonce }: HTMLScriptElement): void => {
  if (!dataset['munchkinId']) return;
  const { analytics: name = 'analytics' } = dataset;
  const plugin = marketo({
    // The attributes are called as the options are; what is wrong with them, the plugin says.
    ...(dataset as unknown as MarketoOptions),
    nonce,
    identify: dataset['identify'] === 'server' ? 'server' : lazily(dataset['identify']),
    consentCategories: dataset['consentCategories']?.trim().split(/ *, */),
    hashToken: lazily(dataset['hashToken']),
    consent: lazily(dataset['consent']),
  });
  // Before analytics.js is there, its snippet is a list of calls to come, which this may even begin.
  const analytics = (globals[name] ??= []) as unknown[] | { register(plugin: object): unknown };
  if (Array.isArray(analytics)) analytics.push(['register', plugin]);
  else analytics.register(plugin);
};

try {
  register(document.currentScript as HTMLScriptElement);
} catch {
  // eslint-disable-next-line no-console -- there is no analytics.js that could log it
  console.warn('Marketo: no analytics.js takes plugins');
}
