import type { FlowView, Info } from '../../../views.ts';
import { counted } from '../format.ts';
import { FlowCharts } from '../history/chart.tsx';
import { Closed } from '../parts/closed.tsx';
import { Hour } from '../parts/hour.tsx';
import { Loading } from '../parts/notice.tsx';
import { Stream } from '../parts/stream.tsx';
import { Way } from '../parts/way.tsx';
import type { Polled } from '../polled.ts';
import { headlineOf, of, total } from '../rates.ts';

/** What this destination is for, in one sentence with its numbers. */
const Worth = ({ flow: { tallies } }: { flow: FlowView }) => {
  const events = total(tallies, of.taken);
  const calls = total(tallies, of.calls);
  if (events === 0) return null;
  return (
    <p class="worth">
      In the last hour {counted(events, 'event')} became {counted(calls, 'call')} to Marketo
      {calls > 0 && events > calls && `, ${counted(Math.round(events / calls), 'event')} a call`}.
    </p>
  );
};

const Flow = ({ flow, info }: { flow: FlowView; info: Info | undefined }) => (
  <>
    <Closed closed={flow.closed} />
    <Way flow={flow} />
    <Worth flow={flow} />
    <FlowCharts />
    <div class="sides">
      <Stream lines={flow.latest} info={info} />
      <section class="card steps-card" aria-labelledby="hour-title">
        <h2 id="hour-title">Steps</h2>
        <Hour flow={flow} />
      </section>
    </div>
  </>
);

interface FlowPageProps {
  readonly flow: Polled<FlowView>;
  readonly info: Info | undefined;
}

/** The live picture: what is in each place on the way to Marketo, and what moves. */
export const FlowPage = ({ flow: { data, failure }, info }: FlowPageProps) => {
  const headline = data && headlineOf(data);
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Flow</h1>
        <p role="status" class={`headline ${headline?.tone ?? ''}`}>
          {headline?.says}
        </p>
      </div>
      {data ? <Flow flow={data} info={info} /> : <Loading failure={failure} />}
    </>
  );
};
