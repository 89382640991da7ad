import type { ComponentChildren } from 'preact';
import type { Line, Told, ToldCall, ToldTrouble } from '../../../views.ts';
import { count, counted, lasting } from '../format.ts';
import { steps, verdictTone, type Tone } from '../words.ts';
import { serverNow } from '../clock.ts';
import { When } from './when.tsx';

/** An ISO 8601 moment. */
const isMoment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Names of fields that a line shows before it only counts them. */
const maxFields = 6;

export const toneOf = (line: Line): Tone => {
  switch (line.kind) {
    case 'step':
      return steps[line.step].tone;
    case 'call':
      return Object.keys(line.verdicts).every((one) => verdictTone(one) === 'good')
        ? 'move'
        : 'wait';
    case 'trouble':
      return line.level === 'error' ? 'bad' : 'wait';
  }
};

export const wordOf = (line: Line): string => {
  switch (line.kind) {
    case 'step':
      return line.step;
    case 'call':
      return 'call';
    case 'trouble':
      return line.level === 'error' ? 'error' : 'warning';
  }
};

const fieldsIn = (fields: readonly string[]): string => {
  const named = fields.slice(0, maxFields).join(', ');
  const more = fields.length - maxFields;
  return more > 0 ? `${named} and ${count(more)} more` : named;
};

/** One thing that a line says; the space lets the next begin on another row. */
const Part = ({ as, children }: { as: string; children: ComponentChildren }) => (
  <>
    <span class={as}>{children}</span>{' '}
  </>
);

const Step = ({ fields = [], because, until, step }: Told) => (
  <>
    {fields.length > 0 && <Part as="fields">{fieldsIn(fields)}</Part>}
    {because !== undefined && <Part as="because">{because}</Part>}
    {because === undefined && (fields.length === 0 || steps[step].tone === 'bad') && (
      <Part as="soft">{steps[step].means}</Part>
    )}
    {until !== undefined && until > serverNow() && (
      <Part as="soft">
        next try <When at={until} />
      </Part>
    )}
  </>
);

const Call = ({ api, about, leads, requests, tookMs, verdicts, because }: ToldCall) => (
  <>
    <Part as="fields">
      {about === 'fields' ? 'Which fields there are' : counted(leads, 'lead')} over{' '}
      {api.toUpperCase()}, {counted(requests, 'request')}, {lasting(tookMs)}
    </Part>
    {Object.entries(verdicts).map(([verdict, of]) => (
      <Part key={verdict} as={`word ${verdictTone(verdict)}`}>
        {count(of)} {verdict}
      </Part>
    ))}
    {because !== undefined && <Part as="because">{because}</Part>}
  </>
);

/** A reason speaks for itself; a moment is shown in this browser's time zone. */
const factOf = (name: string, value: string | number | boolean): ComponentChildren => {
  const at = typeof value === 'string' && isMoment.test(value) ? Date.parse(value) : NaN;
  if (name === 'because') return value;
  return (
    <>
      {name}: {Number.isNaN(at) ? String(value) : <When at={at} />}
    </>
  );
};

const Trouble = ({ message, facts }: ToldTrouble) => (
  <>
    <Part as="fields">{message}</Part>
    {Object.entries(facts).map(([name, value]) => (
      <Part key={name} as={name === 'because' ? 'because' : 'soft'}>
        {factOf(name, value)}
      </Part>
    ))}
  </>
);

/** What a line says beside its word, its time, its event and its lead. */
export const Said = ({ line }: { line: Line }) => {
  switch (line.kind) {
    case 'step':
      return <Step {...line} />;
    case 'call':
      return <Call {...line} />;
    case 'trouble':
      return <Trouble {...line} />;
  }
};
