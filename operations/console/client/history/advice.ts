import type { HistoryOutcome } from '../../../../lambdas/history/types.ts';

/** What to do about a reason, in a marketer's words. The first row that fits counts. */
const rows: readonly (readonly [reason: RegExp, advice: string])[] = [
  [
    /no such field|has no (?:standard )?field/,
    'Make the field in Marketo (Admin → Field Management), or map the trait to another field or to nothing. Then resend.',
  ],
  [
    /consent/,
    'These people have not agreed. Nothing is to be done; new events go out when they agree.',
  ],
  [
    /e-mail (?:is|address is) known|neither an e-mail/,
    'Nobody knows these people’s e-mail addresses yet. Send an identify with the e-mail, for example when somebody signs in.',
  ],
  [
    /not an e-mail address|no e-mail address/,
    'The source sends something else in the place of an e-mail address. Mend it there; the address goes out with the next event.',
  ],
  [
    /does not fit|longer than|another type|cannot take a value|wrong format|required value/,
    'The values do not fit the type of the field in Marketo. Change the type there, or the value in the source or the mapping. Then resend.',
  ],
  [
    /several leads|duplicate/,
    'Marketo has the same person more than once. Merge the duplicates there, then resend.',
  ],
  [
    /partition/,
    'Give the API user access to the partition in Marketo, or name the partition in the settings. Then resend.',
  ],
  [
    /updateOnly|createOnly/,
    'The setting marketo.leads says that such leads are not to be changed. Nothing is to be done, or change the setting.',
  ],
  [/list does not exist/, 'The static list is gone from Marketo. Name another one in the mapping.'],
  [
    /program/,
    'Look whether the program and its status exist in Marketo, as the mapping names them. Then resend.',
  ],
  [
    /quota|too many calls/,
    'Marketo’s calls of the day or the minute are used up. They go out by themselves later.',
  ],
  [
    /permission|access|subscription|not enabled/,
    'The API user may not do this in Marketo. Ask your Marketo administrator for the permission, then resend.',
  ],
  [
    /integrations|opted out|mapping|rule|events is/,
    'The mapping or the event itself says that it does not go to Marketo.',
  ],
];

const otherwise: Readonly<Partial<Record<HistoryOutcome, string>>> = {
  dead: 'Mend the cause, then resend. What is not mended ends here again.',
  refused: 'Mend it where the events come from: what was refused was never stored.',
  held: 'It waits by itself until something is known to look the lead up by.',
  dropped: 'Nothing is to be done where that is meant.',
};

/** What to do about events that ended so for this reason. */
export const adviceFor = (outcome: HistoryOutcome, reason: string): string =>
  rows.find(([pattern]) => pattern.test(reason))?.[1] ??
  otherwise[outcome] ??
  'Nothing is to be done.';
