import { useEffect, useRef, useState } from 'preact/hooks';
import { serverNow } from '../clock.ts';
import { counted } from '../format.ts';
import { pageTiming } from '../timing.ts';
import { allOf, save } from './export.ts';
import { textOf, type Format } from './fileText.ts';
import { filterOf, type Fields } from './filter.ts';

const names: Readonly<Record<Format, string>> = { csv: 'CSV', jsonl: 'JSON Lines' };

/** Saves all events of the filter as a file. */
export const ExportButtons = ({ fields }: { fields: Fields }) => {
  const [says, setSays] = useState('');
  const [isBusy, setBusy] = useState(false);
  const stopped = useRef(new AbortController());
  useEffect(
    () => () => {
      stopped.current.abort();
    },
    [],
  );
  const run = async (format: Format): Promise<void> => {
    setBusy(true);
    try {
      const events = await allOf(
        filterOf(fields, serverNow()),
        (many) => {
          setSays(`${counted(many, 'event')}…`);
        },
        stopped.current.signal,
      );
      save(format, textOf(format, events), serverNow());
      const isCut = events.length >= pageTiming.exportEvents;
      setSays(
        `${counted(events.length, 'event')} saved${isCut ? ', the latest of more: narrow the time for the others' : ''}.`,
      );
    } catch (error) {
      setSays(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <>
      <span class="soft" role="status">
        {says}
      </span>
      {(Object.keys(names) as Format[]).map((format) => (
        <button key={format} type="button" disabled={isBusy} onClick={() => void run(format)}>
          {names[format]}
        </button>
      ))}
    </>
  );
};
