import type { LeadVerdict } from '../lead/settle.ts';
import type { Verdict } from '../marketo/types.ts';
import type { EpochMs } from '../segment/time.ts';

/** What a verdict needs to be told of its call to speak to one lead. */
interface CallFacts {
  /** The verdict is this lead's alone. */
  readonly own: boolean;
  /** The names of all fields that the call carried. */
  readonly sent: ReadonlySet<string>;
  readonly comeBack: () => EpochMs;
}

const missing: Verdict = {
  kind: 'retry',
  because: 'Marketo answered for fewer leads than it was asked',
};

/** A verdict of Marketo's answer as one lead of the call takes it. */
export const forLead = (
  verdict: Verdict = missing,
  { own, sent, comeBack }: CallFacts,
): LeadVerdict => {
  switch (verdict.kind) {
    case 'synced':
      return verdict;
    case 'unavailable':
      return { ...verdict, until: comeBack() };
    case 'retry':
    case 'refused':
      return { ...verdict, own };
    case 'field-refused':
      // A refusal of a field that nobody sent would come back for ever.
      return verdict.fields.some((name) => sent.has(name))
        ? verdict
        : { kind: 'refused', because: verdict.because, own };
  }
};
