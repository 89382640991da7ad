import { writeFileSync } from 'node:fs';
import { changedByDefault } from '../lambdas/marketo/fieldPolicies.ts';
import { fieldsOf } from '../lambdas/marketo/eventFields.ts';
import { traitTable } from '../lambdas/marketo/fieldsTraits.ts';
import type { TraitRow } from '../lambdas/marketo/fieldsTraits.ts';
import { budgetTiming, leadLimits, restLimits } from '../lambdas/limits.ts';
import { targetNames, targets } from '../lambdas/marketo/mapping/targets.ts';
import { objectRoots, valueRoots } from '../lambdas/marketo/mapping/paths.ts';
import { standardFields } from '../lambdas/marketo/standardFields.ts';
import type { StandardField } from '../lambdas/marketo/standardFields.ts';
import {
  activityVectors,
  defaultRules,
  eventWith,
  fieldVectors,
  ruleVectors,
  visitVectors,
} from '../test/vectors/mapping.ts';
import type {
  ActivityCase,
  FieldCase,
  RuleCase,
  VisitCase,
  VisitRuleCase,
} from '../test/vectors/mapping.ts';

const escapes: Readonly<Record<string, string>> = { '|': '\\|', '\n': ' ' };
const cell = (text: string): string => text.replaceAll(/[|\n]/g, (odd) => escapes[odd] ?? odd);

/** JSON in one cell, odd characters as escapes so that they can be seen. */
const code = (value: unknown): string => {
  const text = JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]/g,
    (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `\`${cell(text)}\``;
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const target = ({ to }: TraitRow): string => {
  if (to === false) return 'left out';
  return typeof to === 'string' ? `\`${to}\`` : to.map((field) => `\`${field}\``).join(' and ');
};

const byTable = standardFields.filter(
  ({ rest }) => !traitTable.some(({ trait }) => trait === rest),
);

/** Where a trait of this field's name goes: asked of the mapping itself. */
const reaches = (field: StandardField): string => {
  const value = field.type === 'email' ? 'ada@example.com' : '1';
  const { fields, leftOut } = fieldsOf(
    eventWith({ traits: { [field.rest]: value } }),
    defaultRules,
  );
  return fields[0] ? `\`${fields[0].name}\`` : `left out: ${cell(leftOut[0]?.because ?? '')}`;
};

const parts = (event: FieldCase['event']): string =>
  Object.entries(event)
    .filter(([key, value]) => key !== 'type' && JSON.stringify(value) !== '{}')
    .map(([key, value]) => `${key} ${code(value)}`)
    .join('<br>');

const fieldRow = (one: FieldCase): readonly string[] => {
  const { rule, event, rules, described, fields, leftOut, from } = one;
  const out = Object.keys(fields).length > 0 ? [code(fields)] : [];
  const left = Object.entries(leftOut ?? {}).map(([trait, why]) => `${code(trait)} ${cell(why)}`);
  return [
    cell(rule),
    parts(event) +
      (rules === undefined ? '' : `<br>settings ${code(rules)}`) +
      (described === undefined ? '' : `<br>Marketo has ${code(described)}`),
    [...out, ...(left.length > 0 ? [`left out: ${left.join('; ')}`] : [])].join('<br>'),
    cell(from),
  ];
};

const visitRow = ({ rule, event, visit, dropped, from }: VisitCase): readonly string[] => [
  cell(rule),
  `${event.type ?? ''} ${parts(event)}`,
  visit === undefined ? `dropped: ${cell(dropped ?? '')}` : code(visit),
  cell(from),
];

const visitRuleRow = ({ rule, event, visits, dropped, from }: VisitRuleCase): readonly string[] => [
  cell(rule),
  `${event.type ?? ''} ${parts(event)}`,
  visits === undefined ? '' : `visits ${code(visits)}`,
  dropped === undefined ? 'a visit' : `dropped: ${cell(dropped)}`,
  cell(from),
];

const activityRow = (one: ActivityCase): readonly string[] => {
  const { rule, event, events, activities, activity, visits, leftOut, dropped, from } = one;
  const left = Object.entries(leftOut ?? {}).map(([name, why]) => `${code(name)} ${cell(why)}`);
  return [
    cell(rule),
    [
      `${event.type ?? 'track'} ${parts(event)}`,
      `activities ${code(activities)}`,
      ...(events === undefined ? [] : [`events ${code(events)}`]),
    ].join('<br>'),
    [
      ...(activity === undefined ? [] : [`activity ${code(activity)}`]),
      ...(visits === undefined ? [] : ['a visit']),
      ...(left.length > 0 ? [`left out: ${left.join('; ')}`] : []),
      ...(dropped === undefined ? [] : [`dropped: ${cell(dropped)}`]),
    ].join('<br>'),
    cell(from),
  ];
};

const ruleRow = (one: RuleCase): readonly string[] => {
  const {
    rule,
    event,
    mapping,
    fields,
    activity,
    relations,
    company,
    visits,
    leftOut,
    dropped,
    from,
  } = one;
  const left = Object.entries(leftOut ?? {}).map(([name, why]) => `${code(name)} ${cell(why)}`);
  return [
    cell(rule),
    `${event.type ?? 'identify'} ${parts(event)}<br>mapping ${code(mapping)}`,
    [
      ...(fields === undefined ? [] : [code(fields)]),
      ...(activity === undefined ? [] : [`activity ${code(activity)}`]),
      ...(company === undefined ? [] : [`company ${code(company)}`]),
      ...(relations === undefined ? [] : [code(relations)]),
      ...(visits === true ? ['a visit'] : []),
      ...(left.length > 0 ? [`left out: ${left.join('; ')}`] : []),
      ...(dropped === undefined ? [] : [`dropped: ${cell(dropped)}`]),
    ].join('<br>'),
    cell(from),
  ];
};

/** The text of `docs/mapping.md`, made from the mapping's tables and from its test vectors. */
export const mappingPage =
  (): string => `<!-- Made by scripts/mapping-docs.ts from the tables and test vectors: change those, then run it. -->
# What goes out: traits, values, visits and custom activities

Every rule here is one row of a table in the code or one example that the tests run. To change where a trait goes for yourself, name it in the mapping file, under \`fieldMap\`. To change it for everybody, add one row to \`lambdas/marketo/fieldsTraits.ts\` and an example to \`test/vectors/fields.json\`.

## The mapping file

\`mapping.json\` beside \`settings.json\` (or where the setting \`mapping\` says) holds what is yours. Without it the built-in rules below are all there is. A deployment checks it, and a mistake stops the deployment with its line; then it goes with the code of the functions, so that it may have any size. \`npm start\` reads it again whenever it changes. \`mapping.schema.json\` in the package lets an editor complete it:

\`\`\`json
{
  "$schema": "./node_modules/marketo-destination/mapping.schema.json",
  "fieldMap": { "plan": "Plan_Tier", "internalNotes": false },
  "fieldPolicies": { "LeadScore": "always" },
  "rules": [
    {
      "when": { "event": ["Order Completed", "Order Updated"], "if": { "properties.total": { "exists": true } } },
      "to": "fields",
      "values": { "lastOrderTotal": "properties.total", "lastOrderShop": { "path": "properties.shop", "default": "web" } }
    },
    { "name": "our own people", "when": { "if": { "context.groupId": { "equals": "staff" } } }, "to": "nothing" }
  ]
}
\`\`\`

- \`fieldMap\`: trait → Marketo field; \`false\` drops the trait.
- \`fieldPolicies\`: when the values of a field go out ([below](#fields-that-others-set-too)).
- \`unknownFields\`: what a field does that Marketo does not have: \`skip\` (default) or \`fail\`.
- \`events\`: which tracks go to Marketo: \`all\` (default), only those that a rule is for (\`mapped\`), or \`none\`.
- \`rules\`: what some events become, by \`to\`:

${table(
  ['\`to\`', 'What becomes of the event', 'Is it a visit, too?'],
  targetNames.map((name) => [
    `\`${name}\``,
    cell(targets[name].description),
    name === 'nothing'
      ? 'no'
      : targets[name].replacesVisit
        ? 'only where a rule says so'
        : 'as without the rule',
  ]),
)}

**When.** \`type\` is one of identify, track, page and group, or a list; \`event\` is the name of a track's event, or a list; \`if\` holds conditions by path, each with \`equals\`, \`oneOf\`, \`exists\` or \`not\` (with one of the others). All that is given must hold. Without \`type\` a rule is for tracks where \`event\` is given, else for identify, track and page; group calls have to be named, because their traits are not the person's. Several rules may act on one event; the first one whose value Marketo can take fills a field, and the first activity counts.

**Values.** A path begins with ${objectRoots.map((root) => `\`${root}\``).join(', ')}, or is one of ${valueRoots.map((root) => `\`${root}\``).join(', ')} (\`email\` is the one that names the lead). An object has exactly one of \`path\` (one, or a list of which the first with a value counts), \`constant\` and \`join\` (paths and constants, with \`with\` between their texts), and where wanted a \`default\` and \`"hash": "sha256"\`: of the text as it is, in lower-case hex.

The settings \`fieldMap\`, \`fieldPolicies\`, \`unknownFields\`, \`activities\` and \`events\` still count in this version. \`npx marketo-destination mapping\` prints the mapping file that says the same.

${table(['Rule', 'Comes in', 'Goes out', 'Source'], ruleVectors.cases.map(ruleRow))}

## The built-in rules

A trait goes by the first rule that knows it:

1. Rules of the mapping, then its \`fieldMap\`: the exact spelling, then any that Segment takes for the same (case, spaces and underscores do not matter).
2. A custom field of exactly its name, as the API in use describes it: SOAP names over SOAP, REST names over REST.
3. [Reserved traits](#reserved-traits); those that fill nothing, or two fields, come before step 2.
4. [Marketo's standard fields](#marketos-standard-fields).
5. A custom field of the same letters, without regard to case, spaces and underscores.
6. The setting \`fieldNames\`: \`segment\` raises the first letter, \`pascal\` the first letter of every word. Marketo does not have such a field: the value is left out, and its name is reported once a day. Once Marketo has the field, the lead's next event brings the value along.

Until Marketo has described its fields, only standard fields go. Values for other fields wait and go by themselves as soon as the description is known. The userId fills the field \`userId\` (or \`UserId\`, \`user_id\`) where Marketo has one, and is left out without a complaint where not.

Where two traits reach one field, a rule of the mapping wins, the first of them first; then the one that \`fieldMap\` names (a whole trait before a part of one); then the event's own userId; then a trait of exactly the field's name; then one named like the field (camel case before others); then another name for it; then a part of an object; then half of a full name; then the context's e-mail. The order of keys never matters. Whatever does not go out is left out with a reason, which the delivery log names; values never stand in a log.

## Reserved traits

${table(
  ['Trait', 'Marketo field', 'Why'],
  traitTable.map((row) => [`\`${row.trait}\``, target(row), cell(row.because)]),
)}

## Rules and examples

${fieldVectors.groups
  .map(
    ({ title, cases }) =>
      `### ${title}\n\n${table(['Rule', 'Comes in', 'Goes out', 'Source'], cases.map(fieldRow))}`,
  )
  .join('\n\n')}

## Marketo's standard fields

A type decides the rule for values; a length, in characters, what is too long.

${table(
  ['Trait', 'Marketo field', 'Type', 'Length'],
  byTable.map((field) => [
    `\`${field.rest}\``,
    reaches(field),
    field.type,
    String(field.length ?? ''),
  ]),
)}

## Fields that others set, too

Their values go out only where the source's value changed (\`changed\`). \`fieldPolicies\` in the mapping file decides otherwise, for these and for any other field: \`always\` sends an unchanged value again after a while, \`create\` sends a value only with the call that makes the lead.

${table(
  ['Marketo field', 'Why'],
  changedByDefault.map(({ field, because }) => [`\`${field}\``, cell(because)]),
)}

## Visits

A track or page becomes a visit of the lead's Munchkin cookie. Names, categories and, for a page, other properties do not go out. Nothing is cut.

The visitor's browser (\`context.userAgent\`) goes as the request's User-Agent header. The visitor's address (\`context.ip\`) does not go: Munchkin's endpoint takes none, so Marketo sees the address of this destination, and infers country, city and company from that. Where you need those, record the visit in the browser (docs/browser.md), or send the event as a custom activity with the address as an attribute.

${table(['Rule', 'Comes in', 'Goes out', 'Source'], visitVectors.cases.map(visitRow))}

### Which of them are visits

The settings \`visits.page\` and \`visits.track\` say which calls are visits; without them all are.

${table(['Rule', 'Comes in', 'Settings', 'Becomes', 'Source'], visitVectors.rules.map(visitRuleRow))}

### On the wire

${visitVectors.wire
  .map(({ rule, from, query }) => `${rule} (${from}):\n\n\`\`\`text\n${query}\n\`\`\``)
  .join('\n\n')}

## Custom activities

Over REST, rules with \`"to": "activity"\` turn events into custom activities of Marketo, instead of visits or, with a rule \`"to": "visit"\`, besides them. The type must exist and be approved in Marketo (Admin → Marketo Custom Activities), and the API user's role needs the permission Read-Write Activity.

\`\`\`json
{
  "events": "mapped",
  "rules": [
    {
      "when": { "event": "Order Completed" },
      "to": "activity",
      "typeId": 100001,
      "primary": "properties.orderId",
      "attributes": { "total": "properties.revenue", "currency": { "constant": "CHF" } }
    }
  ]
}
\`\`\`

\`typeId\` is Marketo's id of the type, \`primary\` the value of its primary attribute, and \`attributes\` has the values of the others by Marketo's API names. In the setting \`activities\` of version 0.1, which the examples use, paths begin at the properties.

${table(['Rule', 'Comes in', 'Goes out', 'Source'], activityVectors.cases.map(activityRow))}

An activity waits until its lead has an id in Marketo: where no e-mail is known it is held like traits, and a lead that Marketo does not have is made by its e-mail first. At most ${leadLimits.activities.toLocaleString('en-US')} wait for one lead. Up to ${restLimits.activitiesPerCall} go in one request. One that Marketo refuses becomes a dead letter with the reason and costs the lead's fields nothing. A message that comes again is not added again: the last ${leadLimits.doneActivities} of each lead are remembered. Where the answer to a request is lost, its activities are sent again, so Marketo may then have them twice: at least once, as for visits.

## Programs

Over REST, a rule with \`"to": "program"\` gives the event's lead a status in a program of Marketo, and values for the fields of that membership. A lead that is no member becomes one:

\`\`\`json
{
  "when": { "event": "Webinar Registered" },
  "to": "program",
  "program": 1044,
  "status": { "constant": "Registered" },
  "values": { "registrationCode": "properties.code" }
}
\`\`\`

\`program\` is Marketo's id of the program, \`status\` the name of a status of its channel, and \`values\` has fields of the program's members by their API names. The status is a register for each lead and program, like a field: the latest word wins, so that an older status that still waits never overtakes a newer one, and an unchanged status is not sent again. In Marketo a status only goes forward. Where the lead is in the status or past it, the event ends as \`unchanged\`. Fields go after the status, in the same call where possible; for a lead that is no member and gets no status they become a dead letter that says so. Up to ${restLimits.leadsPerProgramCall} leads go in one request, of one program and one status. A status, a program or a field that there is not becomes a dead letter with the reason, and costs nothing else anything. The log calls the status \`program:1044\` and a field \`member:1044/registrationCode\`. The API user's role needs the permission Read-Write Person.

## Campaigns

Over REST, a rule with \`"to": "campaign"\` sends the event's lead through the flow of a trigger campaign. The campaign needs the trigger "Campaign is Requested" with the source Web Service API.

\`\`\`json
{
  "when": { "event": "Order Completed" },
  "to": "campaign",
  "campaign": 2001,
  "tokens": { "my.total": "properties.total" }
}
\`\`\`

\`campaign\` is Marketo's id of the campaign, \`tokens\` has My Tokens of its program by their names; one without a value keeps the program's. Each event is one request, however often it comes: requests wait like activities, and a lead that Marketo does not have is made first. Tokens hold for a whole call, so only leads with equal tokens go together, at most ${restLimits.leadsPerCampaignCall} of them: a token that differs for each event costs a call for each. Where the answer to a call is lost, its leads are requested again: at least once. A campaign that there is not, or that cannot be requested, becomes a dead letter with the reason. The log calls a request \`campaign:2001/\` and the short hash of the message.

Only server keys request campaigns: with a public browser key, whoever visits the site could have mails with words of their own sent to anybody. \`"browsers": true\` in the rule lets browser keys do it, too. The API user's role needs the permission Execute Campaign.

## Companies

Over REST, a rule with \`"to": "company"\` makes or updates a company of Marketo (Sync Companies), and the event's lead belongs to it. Without such a rule, group calls go nowhere. For group calls this is enough:

\`\`\`json
{ "when": { "type": "group" }, "to": "company" }
\`\`\`

\`id\` says where the company's \`externalCompanyId\` comes from; without it, it is the \`groupId\`. \`values\` has fields of the company by their API names; without them, Segment's reserved traits of a group go to the fields that match them (\`name\` to \`company\`, \`employees\` to \`numberOfEmployees\`, \`address.city\` to \`billingCity\`, and so on). Any call may have such a rule, with an \`id\` of its own.

A company's values are registers like fields, but of the company: events of many people meet there, and the latest word wins, whoever said it. Up to ${restLimits.companiesPerCall} companies go in one request. The lead gets the company in a request of its own, once its own fields are in Marketo; it then shows the company's values as its own. In Marketo a lead leaves a company only for another one. The log calls a value \`company:industry\` and the belonging \`link:company\`. A value that Marketo refuses becomes a dead letter, and the others go.

Only server keys write companies: with a public browser key, whoever visits the site could change the company that all its people show. \`"browsers": true\` in the rule lets browser keys do it, too.

Where Marketo synchronizes with Salesforce or Dynamics, its companies are read-only for others (1018). \`npx marketo-destination check\` says so, and which fields of the mapping Marketo's companies lack. Remove the rules for companies then; the CRM is where companies are written. The API user's role needs the permissions Read-Write Company and Read-Write Person.

## Lead partitions

Over REST, a rule with \`"to": "partition"\` says in which lead partition Marketo makes the event's lead: \`{ "to": "partition", "partition": "context.region" }\`. It counts before the setting \`marketo.partition\`. Sync Leads takes one partition per request, so leads for different partitions go in different calls. A partition matters only when a lead is made: a lead that Marketo has stays where it is and is updated there. Where the API user may not write the partition, the lead is not made anywhere else; its update becomes a dead letter with the reason. The log calls the partition \`partition:lead\`.

## Audiences and static lists

Over REST, an audience of Segment Engage feeds a static list of Marketo, without a mapping. An audience event is an identify or a track that names the audience and the list:

\`\`\`json
{
  "type": "track",
  "event": "Audience Entered",
  "userId": "u-1",
  "properties": { "big_spenders": true },
  "context": {
    "traits": { "email": "jane@example.com" },
    "personas": {
      "computation_class": "audience",
      "computation_key": "big_spenders",
      "external_audience_id": "1001"
    }
  }
}
\`\`\`

\`external_audience_id\` is Marketo's id of the static list. \`true\` under the audience's key (among the traits of an identify, among the properties of a track) adds the person to the list, \`false\` removes them. The e-mail is a trait, \`context.traits.email\`, or \`properties.email\`. The event is no visit, and the true or false is no field. An event that lacks a usable list or a true or false is reported with the reason. The setting \`audiences\` turns this off, or lets only server keys do it: a public browser key could otherwise put anybody on any list.

Membership is a register for each lead and list, like a field: the latest word wins, what Marketo has already costs nothing for a day, and the log calls it \`list:1001\`. A lead that Marketo does not have is made first. Up to ${restLimits.leadsPerListCall} leads go in one request, of one list and one direction. Changes of leads that have nothing else to tell gather for ${budgetTiming.relationsGatherMs / 1_000} seconds: the first one goes at once, the largest groups go first, and the more changes there are, the more leads a request carries. A membership that Marketo refuses, because there is no such list for instance, becomes a dead letter with the reason. It costs the lead's fields nothing, and is not tried again for a day. Over SOAP the event is reported as \`dropped\` with the reason, and the rest of it goes on.
`;

if (import.meta.main) writeFileSync(new URL('../docs/mapping.md', import.meta.url), mappingPage());
