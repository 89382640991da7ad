import type { NormalizeRules } from '../../lambdas/absorb/normalize.ts';
import { normalize } from '../../lambdas/absorb/normalize.ts';
import { stamp } from '../../lambdas/ingest/stamp.ts';
import { labelOfRule } from '../../lambdas/marketo/mapping/compile.ts';
import type { Identity } from '../../lambdas/segment/eventIdentity.ts';
import { identityOf } from '../../lambdas/segment/eventIdentity.ts';
import type { Json } from '../../lambdas/segment/event.ts';
import { readMessage } from '../../lambdas/segment/message.ts';
import type { EpochMs } from '../../lambdas/segment/time.ts';
import { requestsOf } from './requests.ts';
import type { PreviewSettings } from './settings.ts';
import type { Preview } from './types.ts';

interface PreviewParts {
  readonly settings: PreviewSettings;
  readonly rules: NormalizeRules;
  readonly now: EpochMs;
  /** What the event counts as: what a browser's key may do is less. */
  readonly source: 'browser' | 'server';
}

const nothing = { fields: [], memberships: [], leftOut: [], rules: [], requests: [] };

/** By which key the pipeline looks for the person, and what it needs to know beforehand. */
const leadOf = ({
  email,
  userIdEmail,
  userId,
  cookie,
  anonymousId,
  hintEmail,
}: Identity): string => {
  if (email !== undefined)
    return `the lead ${email}${userId === undefined ? '' : `; the userId ${userId} is linked to it`}`;
  const known = [
    userId !== undefined && `the userId ${userId}`,
    cookie !== undefined && 'the Munchkin cookie',
    anonymousId !== undefined && `the anonymousId ${anonymousId}`,
  ].filter((key) => key !== false);
  const otherwise = userIdEmail ?? hintEmail;
  const fallback =
    otherwise === undefined ? 'held until an e-mail is known' : `the lead ${otherwise}`;
  return `the lead that ${known.join(' or ')} is linked to; without a link: ${fallback}`;
};

const messageIdCharacters = 100;

/**
 * What one message would become: by the same pure code as the pipeline's, without a call to anybody.
 * `message` is any JSON. Never throws for JSON.
 */
export const previewOf = (
  message: Json,
  { settings, rules, now, source }: PreviewParts,
): Preview => {
  const read = readMessage(message, {
    receivedAt: now,
    messageIdCharacters,
    consent: settings.consent,
  });
  if (read.kind === 'refused')
    return { ...nothing, stopped: `refused: ${read.problem.field} ${read.problem.message}` };
  if (read.kind === 'dropped') return { ...nothing, stopped: `dropped: ${read.because}` };
  const { lookupField } = settings.marketo;
  const { messageId = 'preview' } = read.event;
  const { event } = stamp(
    { ...read.event, messageId, source: { name: 'preview', kind: source } },
    0,
  );
  const { normalized, visit, leftOut, dropped, explained } = normalize(event, {
    ...rules,
    lookupField,
  });
  const { lookup } = normalized.keys;
  const claims = explained?.claims;
  const identity = identityOf(event);
  const isRelation = (name: string): boolean => claims?.has(name) !== true;
  const byOf = (name: string): string => {
    const claim = claims?.get(name);
    if (claim === undefined) return '';
    const rule = claim.rule === undefined ? undefined : rules.rules[claim.rule];
    if (rule !== undefined && claim.rule !== undefined)
      return `${labelOfRule(rule, claim.rule)}: ${claim.trait}`;
    return `${claim.trait}, ${claim.near}`;
  };
  return {
    lead:
      lookup === undefined ? leadOf(identity) : `the lead whose ${lookupField} is ${lookup.text}`,
    fields: normalized.incoming
      .filter(({ name }) => !isRelation(name))
      .map(({ name, value }) => ({ field: name, value, by: byOf(name) })),
    memberships: normalized.incoming
      .filter(({ name }) => isRelation(name))
      .map(({ name, value }) => ({ register: name, value })),
    ...(normalized.company && {
      company: {
        externalCompanyId: normalized.company.id,
        values: normalized.company.incoming.map(({ name, value }) => ({ register: name, value })),
      },
    }),
    ...(normalized.activity && { activity: normalized.activity }),
    ...(visit && { visit }),
    leftOut,
    ...(dropped !== undefined && { dropped }),
    rules: (explained?.mapped.traces ?? []).flatMap(({ index, outcome, because }) => {
      const rule = rules.rules[index];
      if (rule === undefined) return [];
      return [
        { rule: labelOfRule(rule, index), outcome, ...(because !== undefined && { because }) },
      ];
    }),
    requests: requestsOf(
      { normalized, visit, email: identity.email ?? identity.userIdEmail ?? identity.hintEmail },
      settings,
    ),
  };
};
