import type { FlowView } from '../../../views.ts';
import { Notice } from './notice.tsx';
import { Left, When } from './when.tsx';

/** Marketo is closed to all: until when, and why. */
export const Closed = ({ closed }: { closed: FlowView['closed'] }) =>
  closed ? (
    <Notice tone="bad">
      <strong>
        Marketo is closed to all
        {closed.until !== undefined && (
          <>
            {' '}
            until <When at={closed.until} /> (<Left until={closed.until} /> left)
          </>
        )}
      </strong>
      {closed.because !== undefined && <>: {closed.because}</>}. Events go on being accepted, and
      nothing is lost.
    </Notice>
  ) : null;
