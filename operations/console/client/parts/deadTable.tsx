import { useContext, useState } from 'preact/hooks';
import type { DeadView } from '../../../views.ts';
import { byReason } from '../deadLetters.ts';
import { count, counted } from '../format.ts';
import { MayActContext } from '../mayAct.ts';
import { DeadActions } from './deadActions.tsx';
import { DeadRow } from './deadRow.tsx';
import { useMore } from './more.tsx';

const rowsAtOnce = 25;

type Ticked = ReadonlySet<string>;

interface GroupProps {
  readonly because: string;
  readonly letters: readonly DeadView[];
  readonly ticked: Ticked;
  readonly onTick: (ids: readonly string[], isTicked: boolean) => void;
  readonly hasLead: boolean;
}

const Group = ({ because, letters, ticked, onTick, hasLead }: GroupProps) => {
  const { shown, more } = useMore(letters, rowsAtOnce, 'dead letters');
  const ids = letters.map(({ id }) => id);
  const many = ids.filter((id) => ticked.has(id)).length;
  return (
    <div class="group">
      <h3>
        <label>
          <input
            type="checkbox"
            checked={many === ids.length}
            indeterminate={many > 0 && many < ids.length}
            onChange={({ currentTarget }) => {
              onTick(ids, currentTarget.checked);
            }}
          />
          <span>{because}</span>
        </label>
        <span class="badge" aria-label={counted(letters.length, 'dead letter')}>
          {count(letters.length)}
        </span>
      </h3>
      <table role="table" class="dead-table" aria-label={because}>
        <thead role="rowgroup">
          <tr role="row">
            {['Tick', 'When', 'What', 'Events', ...(hasLead ? ['Lead'] : [])].map((head) => (
              <th key={head} role="columnheader" scope="col">
                <span class={head === 'Tick' ? 'hidden' : ''}>{head}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((deadLetter) => (
            <DeadRow
              key={deadLetter.id}
              letter={deadLetter}
              isTicked={ticked.has(deadLetter.id)}
              onTick={(isTicked) => {
                onTick([deadLetter.id], isTicked);
              }}
              hasLead={hasLead}
            />
          ))}
        </tbody>
      </table>
      {more}
    </div>
  );
};

interface DeadTableProps {
  readonly dead: readonly DeadView[];
  /** After some were resent or dropped. */
  readonly onDone: () => void;
  readonly hasLead: boolean;
  readonly onTicked?: (many: number) => void;
}

/** Dead letters by reason, to tick, and to resend or drop. */
export const DeadTable = ({ dead, onDone, hasLead, onTicked }: DeadTableProps) => {
  const mayAct = useContext(MayActContext);
  const [chosen, setChosen] = useState<Ticked>(new Set());
  const ticked = new Set(dead.flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  const change = (next: Ticked): void => {
    setChosen(next);
    onTicked?.(next.size);
  };
  const tick = (ids: readonly string[], isTicked: boolean): void => {
    const next = new Set(ticked);
    for (const id of ids) {
      if (isTicked) next.add(id);
      else next.delete(id);
    }
    change(next);
  };
  return (
    <>
      {mayAct && (
        <DeadActions
          ids={[...ticked]}
          onDone={(isWhole) => {
            if (isWhole) change(new Set());
            onDone();
          }}
        />
      )}
      {byReason(dead).map(([because, letters]) => (
        <Group
          key={because}
          because={because}
          letters={letters}
          ticked={ticked}
          onTick={tick}
          hasLead={hasLead}
        />
      ))}
    </>
  );
};
