import { needsNoRecord } from '../../lambdas/marketo/rest/record.ts';
import type { Update, Verdict } from '../../lambdas/marketo/marketoTypes.ts';
import type { MarketoBooks } from './marketoBooks.ts';

/** What a Marketo does not take. */
export interface Tastes {
  /** The names of the fields that it has. */
  readonly has: { readonly has: (name: string) => boolean };
  /** A value of a field that it has and does not take. */
  readonly isBad: (name: string, value: unknown) => boolean;
  /** A lead that fails each call that writes it, for no reason that is named. */
  readonly isPoison: (email: string) => boolean;
  readonly api: 'rest' | 'soap';
}

const unknownFields = 'unknown fields';
const badValue = 'bad value';
const badLead = 'something in this lead';
const badCall = 'something in this call';

/** What is wrong with a call in Marketo's eyes; told to those whom it concerns, where it says so. */
export const createRefusals = ({ has, isBad, isPoison, api }: Tastes, books: MarketoBooks) => {
  const told = (about: readonly Update[], verdict: Extract<Verdict, { because: string }>) => {
    for (const { lead } of about) books.tell(lead, verdict.because);
    return verdict;
  };

  /** Over REST, what goes beside the record of a lead that Marketo has writes none. */
  const isWritten = (update: Update): boolean => api !== 'rest' || !needsNoRecord(update);

  return (call: readonly Update[]): Verdict | undefined => {
    const sent = call.flatMap(({ fields }) => fields);
    const strange = new Set(sent.map(({ name }) => name).filter((name) => !has.has(name)));
    if (strange.size > 0) {
      const theirs = call.filter(({ fields }) => fields.some(({ name }) => strange.has(name)));
      const fields = [...strange];
      return told(theirs, { kind: 'field-refused', unknown: true, fields, because: unknownFields });
    }
    const bad = sent.find(({ name, value }) => isBad(name, value));
    if (bad === undefined && !call.some((one) => isWritten(one) && isPoison(one.email)))
      return undefined;
    if (call.length > 1) return { kind: 'refused', because: badCall };
    if (bad === undefined) return told(call, { kind: 'refused', because: badLead });
    const fields = [bad.name];
    return told(call, { kind: 'field-refused', unknown: false, fields, because: badValue });
  };
};
