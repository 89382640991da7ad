import { useContext } from 'preact/hooks';
import type { LeadView } from '../../../views.ts';
import { ask } from '../api.ts';
import { PersonalDataContext } from '../personalData.ts';
import { Trouble } from './notice.tsx';
import { useRevealed } from './revealed.ts';

/** A view with what was revealed of it in the place of what is hidden. */
const together = (view: LeadView, revealed: LeadView): LeadView => {
  const values = new Map(revealed.fields.map((field) => [`${field.name} ${field.message}`, field]));
  return {
    ...view,
    ...(revealed.address !== undefined && { address: revealed.address }),
    fields: view.fields.map((field) => {
      const { value } = values.get(`${field.name} ${field.message}`) ?? {};
      return value === undefined ? field : { ...field, value };
    }),
    cookies: revealed.cookies,
    activities: revealed.activities,
    dead: revealed.dead,
  };
};

/** A person as whoever looks may see them, and the button that shows more of them. */
export const useUnmasked = (view: LeadView | undefined) => {
  const personalData = useContext(PersonalDataContext);
  const { lead, key } = view ?? {};
  const { shown, failure, isBusy, reveal, hide } = useRevealed(() =>
    ask<LeadView>('reveal', lead === undefined ? { key } : { lead }),
  );
  const isOther = shown?.lead !== lead || shown?.key !== key;
  const revealed = isOther ? undefined : shown;
  const button =
    personalData === 'shown' || view === undefined ? null : personalData === 'hidden' ? (
      <p class="soft">Viewers do not see who people are. Ask an operator.</p>
    ) : (
      <>
        <button
          type="button"
          aria-pressed={revealed !== undefined}
          disabled={isBusy}
          onClick={() => {
            if (revealed) hide();
            else void reveal();
          }}
        >
          {revealed ? 'Hide who this is' : isBusy ? 'Looking…' : 'Show who this is'}
        </button>
        <Trouble failure={failure} />
      </>
    );
  return { view: view && revealed ? together(view, revealed) : view, button };
};
