import type { Line } from '../../../views.ts';
import { keysOf } from '../lineKeys.ts';
import { Chip } from './chip.tsx';
import { EventLinks, LeadLink } from './ids.tsx';
import { Said, toneOf, wordOf } from './said.tsx';
import { When } from './when.tsx';

interface LinesProps {
  /** Latest first. */
  readonly lines: readonly Line[];
  readonly label: string;
  /** On a lead's own page every line is about it. */
  readonly hasLead: boolean;
  /** Lines later than this (epoch ms) shine for a moment. */
  readonly freshSince?: number;
}

interface RowProps extends Pick<LinesProps, 'hasLead'> {
  readonly line: Line;
  readonly isFresh: boolean;
}

const Row = ({ line, hasLead, isFresh }: RowProps) => {
  const messages = line.kind === 'step' ? line.messages : [];
  const lead = line.kind === 'step' ? line.lead : undefined;
  return (
    <tr role="row" data-row tabIndex={-1} class={isFresh ? 'fresh' : ''}>
      <td role="cell" class="when">
        <When at={line.at} />
        <span class="soft"> {line.service}</span>
      </td>
      <td role="cell" class="what">
        <Chip tone={toneOf(line)}>{wordOf(line)}</Chip>
      </td>
      <td role="cell" class="said">
        <Said line={line} />
      </td>
      <td role="cell" class="event">
        <EventLinks messages={messages} />
      </td>
      {hasLead && (
        <td role="cell" class="lead">
          {lead !== undefined && <LeadLink id={lead} />}
        </td>
      )}
    </tr>
  );
};

/** Lines of the delivery log. The roles stay what they are where a phone shows rows as blocks. */
export const Lines = ({ lines, label, hasLead, freshSince = Infinity }: LinesProps) => {
  const keys = keysOf(lines);
  return (
    <table role="table" class="lines" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            When
          </th>
          <th role="columnheader" scope="col">
            What
          </th>
          <th role="columnheader" scope="col">
            About
          </th>
          <th role="columnheader" scope="col">
            Event
          </th>
          {hasLead && (
            <th role="columnheader" scope="col">
              Lead
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {lines.map((line, at) => (
          <Row key={keys[at]} line={line} hasLead={hasLead} isFresh={line.at > freshSince} />
        ))}
      </tbody>
    </table>
  );
};
