import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';

interface SavedQuery {
  readonly id: string;
  readonly title: string;
  /** Comments say what to fill in. */
  readonly text: string;
  readonly of: (functions: Functions) => readonly LogGroup[];
}

const all = ({ ingest, absorb, sync }: Functions): readonly LogGroup[] =>
  [ingest, absorb, sync].map(({ logs }) => logs);
const worker = ({ absorb, sync }: Functions): readonly LogGroup[] => [absorb.logs, sync.logs];

/** What a line is about, as columns; a list stands as it does in the line. */
const lists = `parse @message '"messages":[*]' as events
| parse @message '"fields":[*]' as names`;

/** Their titles stand in docs/operations.md, too. */
export const queries: readonly SavedQuery[] = [
  {
    id: 'Message',
    title: 'What happened to a message',
    text: `# Put the messageId in the place of MESSAGE. The column "events" then shows its short hash, in quotes:
# put that in the place of MESSAGE and run again, for the lines that know only the hash.
# To see a call to Marketo, put the text of its column "call" there. Choose a time that covers the event.
filter @message like "MESSAGE"
| ${lists}
| sort @timestamp asc
| limit 1000
| display @timestamp, service, step, because, lead, events, names, call, tookMs, @message`,
    of: all,
  },
  {
    id: 'Lead',
    title: 'Why is a lead not synced',
    text: `# Put the lead's hashed id in the place of LEAD: npx marketo-destination lead <e-mail> shows it,
# and so does the column "lead" of the query about a message.
# The first line is the latest: of a lead that is in Marketo it is "synced". "goes" says when it is tried next.
filter lead = "LEAD"
| ${lists}
| fields fromMillis(until) as goes
| sort @timestamp desc
| limit 200
| display @timestamp, service, step, because, goes, names, events, call`,
    of: worker,
  },
  {
    id: 'RefusedFields',
    title: 'Refused fields today',
    text: `# Nothing to fill in. Choose the time above: 1d is today.
# Fields whose values were left out or refused, why, how often, and for how many leads.
filter step = "refused" and ispresent(lead)
| parse @message '"fields":[*]' as names
| stats count(*) as times, count_distinct(lead) as leads, max(@timestamp) as newest by names, because
| sort times desc
| limit 200`,
    of: worker,
  },
  {
    id: 'Calls',
    title: 'Calls to Marketo by hour',
    text: `# Nothing to fill in. Choose the time above: 1d is today.
# "requests" count against Marketo's quota; "synced" are leads. Questions about fields are among the calls.
filter message = "call"
| stats count(*) as calls, sum(requests) as used, sum(leads) as carried, sum(verdicts.synced) as synced, pct(tookMs, 95) as p95_ms by bin(1h) as hour
| sort hour desc`,
    of: ({ sync }) => [sync.logs],
  },
  {
    id: 'Dead',
    title: 'Dead letters today',
    text: `# Nothing to fill in. Choose the time above: 1d is today.
# What was given up, and why. npx marketo-destination dead list has the values, to resend or drop.
filter step = "dead"
| ${lists}
| sort @timestamp desc
| limit 1000
| display @timestamp, service, lead, because, names, events, call`,
    of: worker,
  },
  {
    id: 'Trouble',
    title: 'Errors and warnings',
    text: `# Nothing to fill in. What the functions complained of, the most frequent first.
filter level in ["ERROR", "WARN", "FATAL"]
| fields coalesce(because, error, errorType) as why
| stats count(*) as times, min(@timestamp) as oldest, max(@timestamp) as newest by level, service, message, why
| sort times desc
| limit 200`,
    of: (functions) => [...all(functions), functions.hash.logs],
  },
];

interface QueriesProps {
  /** The folder of the queries. */
  readonly name: string;
  readonly functions: Functions;
}

/** Saved queries of CloudWatch Logs Insights, in a folder with the destination's name. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { name: folder, functions }: QueriesProps) {
    super(scope, id);
    for (const { id: name, title, text, of } of queries)
      new CfnQueryDefinition(this, name, {
        name: `${folder}/${title}`,
        queryString: text,
        logGroupNames: of(functions).map(({ logGroupName }) => logGroupName),
      });
  }
}
