import { queries } from './queries.ts';

/**
 * How to read the dashboard, as Markdown.
 * @param insights address of CloudWatch Logs Insights
 * @param stackName the folder of the saved queries
 */
export const dashboardText = (insights: string, stackName: string): string =>
  `
### How to read this
Left to right, top to bottom: what came in and went out, what cost no call, what went wrong, what Marketo's
quota says, how late we are, how the functions do. The steps count events.

* **An alarm is red**: its description names its section of \`docs/operations.md\`.
* **Held** wait for an e-mail, **waiting** for their next call. Neither is lost, and neither needs anybody.
* **Calls used** near **limit**: the rest of the day is paced; see \`docs/operations.md#the-quota-is-used-up\`.
* **Freshness** is measured when an event gets there: while Marketo is down there is none.
* **Dead**: see \`docs/operations.md#something-was-given-up\`.

One event, one lead: \`npx marketo-destination console --stack ${stackName}\`, or the saved queries in
[Logs Insights](${insights}), folder **${stackName}** (Queries, at the right):
${queries.map(({ title }) => `*${title}*`).join(' · ')}
`.trim();
