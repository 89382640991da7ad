import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeadView, FlowView } from '../../../views.ts';
import { ask, AskError } from '../api.ts';
import { count, counted } from '../format.ts';
import { DeadTable } from '../parts/deadTable.tsx';
import { Loading, Notice, Trouble } from '../parts/notice.tsx';

interface Page {
  readonly dead: readonly DeadView[];
  readonly next?: string;
  /** Events that cannot be seen now. */
  readonly hidden?: number;
}

/** The pages that were asked for so far, as one. */
const useDead = () => {
  const [page, setPage] = useState<Page>();
  const [failure, setFailure] = useState<AskError>();
  const load = async (before?: Page): Promise<void> => {
    try {
      const after = before?.next;
      const { dead, ...rest } = await ask<Page>('dead', after === undefined ? {} : { after });
      const known = new Map([...(before?.dead ?? []), ...dead].map((one) => [one.id, one]));
      const hidden = before?.hidden !== undefined && { hidden: before.hidden };
      setPage({ dead: [...known.values()], ...hidden, ...rest });
      setFailure(undefined);
    } catch (error) {
      setFailure(error instanceof AskError ? error : new AskError('unusable', String(error)));
    }
  };
  return { page, failure, load };
};

/** How many there are by the flow; changes when some come or go. */
const manyIn = (flow: FlowView | undefined): string | undefined =>
  flow && `${flow.deadLetters.count} ${flow.deadEvents.waiting}`;

/** What was given up, with the reasons: to resend once the reason is gone, or to drop. */
export const DeadPage = ({ flow }: { flow: FlowView | undefined }) => {
  const { page, failure, load } = useDead();
  const [ticked, setTicked] = useState(0);
  const seen = useRef<string | undefined>(undefined);
  const many = manyIn(flow);
  const look = (): void => {
    seen.current = many;
    void load();
  };
  useEffect(look, []);
  useEffect(() => {
    seen.current ??= many;
    if (many !== undefined && many !== seen.current && ticked === 0 && page?.next === undefined)
      look();
  }, [many, ticked]);
  const isOld = seen.current !== undefined && many !== undefined && many !== seen.current;
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Dead letters</h1>
        {page && page.dead.length > 0 && (
          <p class="headline">
            {counted(page.dead.length, 'dead letter')}
            {page.next === undefined && page.hidden === undefined ? '' : ', and there are more'}
          </p>
        )}
        <button type="button" onClick={look}>
          Look again
        </button>
      </div>
      {isOld && page && <Notice tone="quiet">Some came or went since. Look again to see.</Notice>}
      {page && <Trouble failure={failure} />}
      {!page && <Loading failure={failure} />}
      {page?.hidden !== undefined && (
        <Notice tone="quiet">
          About {counted(page.hidden, 'more event')} cannot be seen now: of one person the first ten
          are shown, and none while somebody else looks.
        </Notice>
      )}
      {page?.dead.length === 0 && page.next === undefined && page.hidden === undefined && (
        <Notice tone="good">Nothing was given up: there is no dead letter.</Notice>
      )}
      {page && page.dead.length > 0 && (
        <section class="card" aria-labelledby="by-reason-title">
          <h2 id="by-reason-title" class="hidden">
            Dead letters by reason
          </h2>
          <DeadTable dead={page.dead} onDone={look} hasLead onTicked={setTicked} />
        </section>
      )}
      {page?.next !== undefined && (
        <button type="button" class="more" onClick={() => void load(page)}>
          Load more than these {count(page.dead.length)}
        </button>
      )}
    </>
  );
};
