import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { leadIdOf } from '../../../lambdas/digest.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { closeServer, listen } from '../../../local/listen.ts';
import { createConsole } from '../../../operations/console/server.ts';
import type { Operations } from '../../../operations/ports.ts';
import type {
  BudgetView,
  EventDetails,
  EventsView,
  EventView,
  FlowView,
  Info,
  LeadView,
  PreviewView,
  SentView,
} from '../../../operations/views.ts';
import { temporaryFolder } from '../../local/support.ts';

export const info: Info = {
  name: 'tested',
  isLocal: true,
  ingestUrl: 'http://localhost:8787',
  writeKeyHint: 'a-key',
};

const now = epochMs(1_700_000_000_000);
const empty = { waiting: 0, delayed: 0, inFlight: 0 };
const none = { count: 0, isAll: true };

export const flowView: FlowView = {
  now,
  events: { ...empty, waiting: 3 },
  ticks: empty,
  deadEvents: empty,
  pending: none,
  deadLetters: none,
  tallies: [{ at: now, steps: { synced: 2 }, calls: 1, requests: 1 }],
  historyDays: 30,
  latest: [],
};

export const leadView: LeadView = {
  now,
  summary: 'Marketo has everything.',
  lead: leadIdOf('jane@example.com'),
  aliases: [],
  cookies: [],
  fields: [],
  activities: [],
  lock: { isCalling: false, attempts: 0 },
  dead: [],
  historyDays: 30,
  timeline: [],
};

export const eventView: EventView = {
  now,
  message: '0123456789a',
  summary: 'It waits.',
  isDone: false,
  state: 'waiting',
  tookMs: 0,
  steps: [],
  dead: [],
};

export const budgetView: BudgetView = {
  now,
  api: 'rest',
  dailyCalls: 40_000,
  used: 7,
  dayStartedAt: now,
  resetsAt: epochMs(now + 1),
  perWindow: 5,
  windowMs: 3_000,
  tallies: [],
  pace: [],
};

const eventsView: EventsView = { now, events: [], searchedTo: now };

export const detailsView: EventDetails = {
  now,
  message: '0123456789a',
  outcome: 'delivered',
  type: 'identify',
  source: 'web',
  email: 'jane@example.com',
  bodies: ['received'],
};

const previewView: PreviewView = {
  mapping: '{}',
  preview: { fields: [], memberships: [], leftOut: [], rules: [], requests: [], lead: 'somebody' },
  problems: [],
};

const sentView: SentView = { messageId: 'test-1', message: 'short-hash-' };

/** A destination that knows one person and one event, and remembers what it was asked. */
export const fakeOperations = (): Operations & { readonly asked: unknown[] } => {
  const asked: unknown[] = [];
  const answer = <Answer>(question: unknown, value: Answer): Promise<Answer> => {
    asked.push(question);
    return Promise.resolve(value);
  };
  return {
    asked,
    flow: () => answer('flow', flowView),
    lead: (who) =>
      answer(who, 'email' in who && who.email === 'jane@example.com' ? leadView : undefined),
    event: (which) =>
      answer(which, 'messageId' in which && which.messageId === 'm-1' ? eventView : undefined),
    budget: () => answer('budget', budgetView),
    dead: (after) => answer({ after }, { dead: [], next: `${after ?? 'first'}+` }),
    resend: (ids) =>
      answer(
        { resend: ids },
        ids.map((id) => ({ id, outcome: 'resent' as const })),
      ),
    drop: (ids) =>
      answer(
        { drop: ids },
        ids.map((id) => ({ id, outcome: 'gone' as const, because: 'it had gone' })),
      ),
    check: () => answer('check', [{ name: 'table', state: 'ok', says: 'it answers' }]),
    alarms: () => answer('alarms', { now, alarms: [], because: 'no stack' }),
    askForImports: () => answer('bulk', { until: now }),
    events: (query) => answer({ events: query }, eventsView),
    details: (message) => answer({ details: message }, { ...detailsView, message }),
    bodies: (message) =>
      answer({ bodies: message }, { ...detailsView, message, received: '{"a":1}' }),
    people: (part) => answer({ people: part }, { now, people: [] }),
    problems: (forMs) => answer({ problems: forMs }, { now, problems: [] }),
    counts: (forMs) =>
      answer({ counts: forMs }, { now, everyMs: 60_000, paceCalls: 1, counts: [] }),
    preview: (query) => answer(query, previewView),
    sendTest: (event) => answer({ send: event }, sentView),
    erase: (user) => answer({ erase: user }, sentView),
  };
};

/** Files of a page, by their names; gives their folder. */
export const pageOf = (files: Readonly<Record<string, string>>): URL => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return pathToFileURL(`${folder}/`);
};

/** Serves a console on a loopback port until the test ends; other paths answer 418. */
export const serve = async (operations: Operations, client?: URL): Promise<string> => {
  const { handle } = createConsole({ operations, info, ...(client && { client }) });
  const server = createServer((request, response) => {
    if (!handle(request, response)) response.writeHead(418).end();
  });
  const url = await listen(server);
  onTestFinished(() => closeServer(server));
  return url;
};
