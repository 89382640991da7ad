import { useState } from 'preact/hooks';
import type { PreviewQuery, PreviewView, SentView } from '../../../views.ts';
import { Loading, Notice, Trouble } from '../parts/notice.tsx';
import { PreviewPart, Requests } from '../preview/parts.tsx';
import { summaryOf } from '../preview/rows.ts';
import { firstSample, samples, sampleText } from '../preview/samples.ts';
import { Arrival, TestEvent } from '../preview/testEvent.tsx';
import { eventIn, usePreview } from '../preview/usePreview.ts';

const Result = ({ view }: { view: PreviewView }) => {
  const { preview: inForce, tried } = view;
  const shown = tried ?? inForce;
  const both = { inForce, tried };
  const isOther = tried !== undefined && summaryOf(tried) !== summaryOf(inForce);
  return (
    <>
      <section class="card" aria-labelledby="result-title">
        <h2 id="result-title">What becomes of it</h2>
        <p class="verdict" role="status">
          {summaryOf(shown)}
        </p>
        {isOther && (
          <p>
            By the mapping in force: <del>{summaryOf(inForce)}</del>
          </p>
        )}
        {shown.lead !== undefined && (
          <dl class="facts">
            <div>
              <dt>Lead</dt>
              <dd>It finds {shown.lead}.</dd>
            </div>
          </dl>
        )}
      </section>
      <PreviewPart
        {...both}
        part="fields"
        title="Fields"
        heads={['Field in Marketo', 'Value', 'Filled by']}
      />
      <PreviewPart
        {...both}
        part="memberships"
        title="Lists and more"
        heads={['What', 'Value', '']}
      />
      <PreviewPart
        {...both}
        part="activity"
        title="Custom activity"
        heads={['Part', 'Value', '']}
      />
      <PreviewPart {...both} part="visit" title="Web page visit" heads={['Part', 'Value', '']} />
      <PreviewPart
        {...both}
        part="leftOut"
        title="What does not go to Marketo"
        heads={['Trait or value', '', 'Why']}
      />
      <PreviewPart
        {...both}
        part="rules"
        title="Rules of the mapping for this event"
        heads={['Rule', '', 'What it does here']}
      />
      <Requests requests={shown.requests} />
    </>
  );
};

/** What an event would become in Marketo, by the mapping in force or by one that is tried. */
export const PreviewPage = () => {
  const [eventText, setEventText] = useState(sampleText(firstSample));
  const [source, setSource] = useState<PreviewQuery['source']>('server');
  const [mapping, setMapping] = useState<string>();
  const [sent, setSent] = useState<SentView>();
  const read = eventIn(eventText);
  const event = 'event' in read ? read.event : undefined;
  const { view, failure } = usePreview(
    event === undefined ? undefined : { event, source, ...(mapping !== undefined && { mapping }) },
  );
  return (
    <>
      <div class="title">
        <h1 tabIndex={-1}>Preview and test</h1>
        <p class="headline">
          See what an event becomes in Marketo before it is sent. The preview calls nobody.
        </p>
      </div>
      <div class="sides preview">
        <div class="column editors">
          <section class="card" aria-labelledby="event-title">
            <h2 id="event-title">The event</h2>
            <div class="choices">
              <label>
                Sample
                <select
                  onChange={({ currentTarget }) => {
                    setEventText(sampleText(currentTarget.value));
                  }}
                >
                  {Object.keys(samples).map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              <label>
                Sent by
                <select
                  value={source}
                  onChange={({ currentTarget }) => {
                    setSource(currentTarget.value as PreviewQuery['source']);
                  }}
                >
                  <option value="server">one of your servers</option>
                  <option value="browser">a browser or an app</option>
                </select>
              </label>
            </div>
            <label class="hidden" for="event-text">
              The event as JSON
            </label>
            <textarea
              id="event-text"
              rows={16}
              spellcheck={false}
              autocapitalize="off"
              value={eventText}
              aria-invalid={event === undefined}
              aria-describedby="event-wrong"
              onInput={({ currentTarget }) => {
                setEventText(currentTarget.value);
              }}
            />
            <p id="event-wrong" class="because" role="status">
              {'wrong' in read ? read.wrong : ''}
            </p>
            <TestEvent event={event} isReady={event !== undefined} onSent={setSent} />
          </section>
          <section class="card mapping-card" aria-labelledby="mapping-title">
            <div class="bar">
              <h2 id="mapping-title">The mapping</h2>
              {mapping !== undefined && (
                <button
                  type="button"
                  onClick={() => {
                    setMapping(undefined);
                  }}
                >
                  Back to the one in force
                </button>
              )}
            </div>
            <label class="hidden" for="mapping-text">
              The mapping as JSON
            </label>
            <textarea
              id="mapping-text"
              rows={12}
              spellcheck={false}
              autocapitalize="off"
              value={mapping ?? view?.mapping ?? ''}
              aria-invalid={(view?.problems.length ?? 0) > 0}
              aria-describedby="mapping-wrong"
              onInput={({ currentTarget }) => {
                setMapping(currentTarget.value);
              }}
            />
            <div id="mapping-wrong" class="because" role="status">
              {mapping !== undefined && view?.problems.map((text) => <p key={text}>{text}</p>)}
            </div>
            <p class="soft note">
              Change it to see what would be different. What you try here stays in this page: to use
              it, put it into <code>mapping.json</code> and deploy.
            </p>
          </section>
        </div>
        <div class="column">
          {sent && <Arrival key={sent.messageId} sent={sent} />}
          <Trouble failure={failure} />
          {event === undefined && view && (
            <Notice tone="quiet">What you see is from before the last change of the event.</Notice>
          )}
          {view ? <Result view={view} /> : <Loading failure={failure} />}
        </div>
      </div>
    </>
  );
};
