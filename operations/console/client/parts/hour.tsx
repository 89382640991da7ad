import type { FlowView } from '../../../views.ts';
import { count } from '../format.ts';
import { lastMinute, total, type Of } from '../rates.ts';
import { steps } from '../words.ts';
import { Chip } from './chip.tsx';

type Step = keyof typeof steps;

/** All but `accepted`, which `queued` says as well. */
const shown = (Object.keys(steps) as Step[]).filter((step) => step !== 'accepted');

/** How often each step was taken. */
export const Hour = ({ flow: { tallies, now } }: { flow: FlowView }) => (
  <table class="hour" aria-label="Steps in the last hour">
    <thead>
      <tr>
        <th scope="col">Step</th>
        <th scope="col" class="number">
          Minute
        </th>
        <th scope="col" class="number">
          Hour
        </th>
      </tr>
    </thead>
    <tbody>
      {shown.map((step) => {
        const of: Of = (tally) => tally.steps[step] ?? 0;
        return (
          <tr key={step}>
            <th scope="row" title={steps[step].means}>
              <Chip tone={steps[step].tone}>{step}</Chip>
            </th>
            <td class="number">{count(lastMinute(tallies, now, of))}</td>
            <td class="number">{count(total(tallies, of))}</td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
