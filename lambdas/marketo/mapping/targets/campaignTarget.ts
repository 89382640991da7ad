import * as z from 'zod/mini';
import { relationName } from '../../../lead/relations.ts';
import type { UnmappedTrait } from '../../fieldsRules.ts';
import { fieldValue } from '../../fieldsValues.ts';
import { describe, forChecking } from '../described.ts';
import { browsersSchema, notForBrowsers } from '../serversOnly.ts';
import { compileSource, labelOf, sourceSchema } from '../sources.ts';
import type { Source } from '../sources.ts';
import type { Target } from '../target.ts';

// A type: the package’s declarations cannot name an interface that is not exported.
type CampaignRule = {
  readonly campaign: number;
  readonly tokens?: Readonly<Record<string, Source>> | undefined;
  readonly browsers?: boolean | undefined;
};

/** Most tokens of one request (Adobe, Smart Campaigns). */
const maxTokens = 100;

const slotOf = (campaign: number): string => `campaign ${campaign}`;

/** A request of a trigger campaign: the lead goes through its flow, once for each event. Over REST only. */
export const campaign: Target<CampaignRule> = {
  description:
    'The lead goes through the flow of a trigger campaign, with tokens of the event; over REST only.',
  shape: forChecking(() => ({
    campaign: describe(z.int().check(z.gte(1)), {
      description:
        'Marketo’s id of the campaign. It needs the trigger "Campaign is Requested" with the source Web Service API.',
      values: 'Marketo’s id of the campaign, a whole number from 1',
    }),
    tokens: z.optional(
      describe(
        z
          .record(z.string().check(z.regex(/^my\.[^{}]+$/)), sourceSchema)
          .check(z.refine((tokens) => Object.keys(tokens).length <= maxTokens)),
        {
          description:
            'My Tokens of the campaign’s program by their names without braces, like my.total.',
          values: `an object of at most ${maxTokens} names like "my.total", each with where its value comes from`,
        },
      ),
    ),
    browsers: browsersSchema,
  })),
  isRestOnly: true,
  replacesVisit: true,
  slots: ({ campaign: id }) => [
    { slot: slotOf(id), at: ['campaign'], what: `the request of the campaign ${id}` },
  ],
  values: ({ tokens = {} }) =>
    Object.entries(tokens).map(([name, source]) => ({ at: ['tokens', name], source })),
  compile: ({ campaign: id, tokens = {}, browsers }) => {
    const all = Object.entries(tokens)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, source]) => ({ name, label: labelOf(source), read: compileSource(source) }));
    return (view) => {
      const refused = notForBrowsers(view, browsers, 'request campaigns');
      if (refused !== undefined) return { effects: [], dropped: refused };
      const leftOut: UnmappedTrait[] = [];
      const values = all.flatMap(({ name, label, read }): (readonly [string, string])[] => {
        const given = read(view);
        if (given === undefined || given === null) return [];
        const found = fieldValue(given, undefined, 'skip');
        if ('value' in found) return [[name, String(found.value)]];
        leftOut.push({ trait: label, because: found.because });
        return [];
      });
      // A register for each message: what comes again is the same request.
      const name = relationName({ kind: 'campaign', id: `${id}/${view.event.messageHash}` });
      const does = { name, value: JSON.stringify(Object.fromEntries(values)) };
      return { effects: [{ kind: 'relation', slot: slotOf(id), does }], leftOut };
    };
  },
};
