import { useState } from 'preact/hooks';
import type { Preview, PreviewedRequest } from '../../../preview/types.ts';
import { Chip } from '../parts/chip.tsx';
import type { Tone } from '../words.ts';
import { rowsOf, type Change, type Part, type Row } from './rows.ts';

const tones: Readonly<Record<Change, Tone>> = {
  same: 'quiet',
  new: 'good',
  changed: 'wait',
  gone: 'bad',
};

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const Cell = ({ row }: { row: Row }) => {
  const { value, before, change } = row;
  const hasBefore = change === 'changed' && textOf(before) !== textOf(value);
  if (value === undefined) return null;
  if (value === null) return <em>emptied</em>;
  return (
    <>
      {hasBefore && (
        <>
          <del>{textOf(before)}</del>{' '}
        </>
      )}
      {change === 'gone' ? <del>{textOf(value)}</del> : textOf(value)}
    </>
  );
};

interface PartProps {
  readonly part: Part;
  readonly title: string;
  /** Names of the columns; an empty one is not shown. */
  readonly heads: readonly [name: string, value: string, why: string];
  readonly inForce: Preview;
  readonly tried: Preview | undefined;
}

/** A table of one part of the preview. Nothing where there is nothing. */
export const PreviewPart = ({ part, title, heads, inForce, tried }: PartProps) => {
  const rows = rowsOf(part, inForce, tried);
  if (rows.length === 0) return null;
  const [name, value, why] = heads;
  return (
    <section class="card" aria-labelledby={`${part}-title`}>
      <h2 id={`${part}-title`}>{title}</h2>
      <table role="table" class="fields-table preview-table" aria-labelledby={`${part}-title`}>
        <thead role="rowgroup">
          <tr role="row">
            {[name, value, why].map((head) =>
              head === '' ? null : (
                <th key={head} role="columnheader" scope="col">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.name} role="row" data-row tabIndex={-1} class={row.change}>
              <th role="rowheader" scope="row" class="name">
                {row.name}{' '}
                {row.change !== 'same' && <Chip tone={tones[row.change]}>{row.change}</Chip>}
              </th>
              {value !== '' && (
                <td role="cell" class="value">
                  <Cell row={row} />
                </td>
              )}
              {why !== '' && (
                <td role="cell" class="said soft">
                  {row.why}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

/** The requests to Marketo, for engineers: one API at a time. */
export const Requests = ({ requests }: Pick<Preview, 'requests'>) => {
  const known = [...new Set(requests.map(({ over }) => over))];
  const [chosen, setChosen] = useState<PreviewedRequest['over']>();
  const [first] = known;
  if (first === undefined) return null;
  const api = known.find((one) => one === chosen) ?? first;
  return (
    <section class="card" aria-labelledby="requests-title">
      <div class="bar">
        <h2 id="requests-title">Requests to Marketo</h2>
        <div role="group" aria-label="Over which API" class="switch">
          {known.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === api}
              onClick={() => {
                setChosen(one);
              }}
            >
              {one}
            </button>
          ))}
        </div>
      </div>
      {requests
        .filter(({ over }) => over === api)
        .map(({ what, body }) => (
          <figure key={what} class="request">
            <figcaption>
              <code>{what}</code>
            </figcaption>
            {body !== undefined && <pre tabIndex={0}>{JSON.stringify(body, null, 2)}</pre>}
          </figure>
        ))}
      <p class="soft note">
        0 stands for the id that Marketo gives the lead. In operation, up to 300 leads share one
        request, and a value that Marketo already has is not sent.
      </p>
    </section>
  );
};
