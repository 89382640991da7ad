import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countNames, valueUnits } from '../../lambdas/metricNames.ts';
import { exampleSettings, ofType, only, templateOf } from './support.ts';

const template = templateOf(exampleSettings({ STACK_NAME: 'second' }));
const page = readFileSync('docs/operations.md', 'utf8');
const ourNames: readonly string[] = [...countNames, ...Object.keys(valueUnits)];

/** Text with what CloudFormation fills in later as `…`. */
const joined = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const parts = (value as { readonly 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return parts ? parts[1].map(joined).join(parts[0]) : '…';
};

const functions = ['ingest', 'absorb', 'sync', 'hash'];

/** `absorb Dropped`: a metric of ours and who emits it, as the runbook has them. */
const emitted: ReadonlySet<string> = new Set(
  page.split('\n').flatMap((line) => {
    const [, names = '', unit = '', from = ''] = line.split(/ *\| */);
    if (!/^(Count|Milliseconds)$/.test(unit)) return [];
    const services = from === 'all' ? functions : from === 'none' ? [] : from.split(', ');
    const found = [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    return found.flatMap((name) => services.map((service) => `${service} ${name}`));
  }),
);

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const dashboard = only(template, 'AWS::CloudWatch::Dashboard').Properties as {
  DashboardName: string;
  DashboardBody: unknown;
};
const { widgets } = JSON.parse(joined(dashboard.DashboardBody)) as { widgets: readonly Widget[] };
const titled = (title: string): string => {
  const found = widgets.find(({ properties }) => properties.title?.startsWith(title));
  if (!found) throw new Error(`there is no graph ${title}`);
  return JSON.stringify(found.properties.metrics);
};

describe('the dashboard', () => {
  it('has the stack’s name, which the outputs name', () => {
    expect(dashboard.DashboardName).toBe('second');
    expect(template.Outputs['DashboardName']?.Value).toBe('second');
  });

  it.each([
    ['In', 'Queued', 'Refused', 'Dropped', '4xx', '5xx'],
    ['Out', 'Synced', 'Visited'],
    ['Coalesced', 'synced / calls', 'LeadsPerCall'],
    ['No call needed', 'Unchanged', 'Superseded'],
    ['Waiting', 'Held', 'Waiting'],
    ['Gone wrong', 'RefusedValues', 'Dead', 'ApproximateNumberOfMessagesVisible'],
    ['Calls of the day', 'CallsUsed', 'CallsLimit'],
    ['Calls to Marketo', 'Requests', 'CallTime'],
    ['Leads that are due', 'LeadsDue', 'OldestDue', 'LockWaits', 'BudgetWaits', 'UnavailableFor'],
    ['Freshness', 'p50', 'p99'],
    ['Oldest message', 'ApproximateAgeOfOldestMessage'],
    ['Cold starts', 'ColdStarts'],
    ['Missing in the history', 'HistoryLost'],
    ['Errors', 'Errors'],
    ['Throttles', 'Throttles'],
    ['Duration', 'Duration'],
  ])('shows %s', (title, ...words) => {
    for (const word of words) expect(titled(title)).toContain(word);
  });

  it('asks for our metrics by names that exist, and for those of this stack alone', () => {
    const ours = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === 'MarketoDestination');
    expect(ours.length).toBeGreaterThan(20);
    for (const [, name, ...dimensions] of ours) {
      expect(ourNames).toContain(name);
      expect(dimensions.slice(0, 4)).toEqual([
        'service',
        expect.stringMatching(/^(ingest|absorb|sync|hash)$/),
        'stack',
        'second',
      ]);
    }
  });

  it('shows what each function emits, and nothing of one that does not emit it', () => {
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === 'MarketoDestination')
      .map(([, name, , service]) => `${String(service)} ${String(name)}`);
    expect(shown.filter((pair) => !emitted.has(pair))).toEqual([]);
    const unshown = [...emitted].filter((pair) => !shown.includes(pair));
    // What was absorbed shows as what became of it.
    expect(unshown).toEqual(['absorb Absorbed', 'sync Absorbed']);
  });

  it('shows the state of all alarms', () => {
    const [state] = widgets.filter(({ type }) => type === 'alarm');
    expect(state?.properties.alarms).toHaveLength(
      ofType(template, 'AWS::CloudWatch::Alarm').length,
    );
  });

  it('says how to read it: sections of the runbook that exist, and the saved queries', () => {
    const [text] = widgets.filter(({ type }) => type === 'text');
    const markdown = text?.properties.markdown ?? '';
    const anchors = [...markdown.matchAll(/docs\/operations\.md#([\w-]+)/g)].map(([, one]) => one);
    expect(anchors.length).toBeGreaterThan(1);
    for (const anchor of anchors) expect(page).toContain(`](#${anchor ?? ''})`);
    for (const [, { Properties }] of ofType(template, 'AWS::Logs::QueryDefinition')) {
      const { Name } = Properties as { Name: string };
      expect(markdown).toContain(Name.replace('second/', ''));
    }
  });
});

describe('the saved queries', () => {
  const queries = ofType(template, 'AWS::Logs::QueryDefinition').map(
    ([, { Properties }]) =>
      Properties as { Name: string; QueryString: string; LogGroupNames: unknown[] },
  );

  it('stand in a folder with the stack’s name, and in the runbook', () => {
    expect(queries.map(({ Name }) => Name).sort()).toEqual([
      'second/Calls to Marketo by hour',
      'second/Dead letters today',
      'second/Errors and warnings',
      'second/Refused fields today',
      'second/What happened to a message',
      'second/Why is a lead not synced',
    ]);
    for (const { Name } of queries) expect(page).toContain(`| ${Name.replace('second/', '')} |`);
  });

  it('say in a comment first what to fill in, and do not comment out their commands', () => {
    for (const { QueryString } of queries) {
      expect(QueryString).toMatch(/^# (Put|Nothing to fill in)/);
      const commands = QueryString.split('\n').filter((line) => !line.startsWith('#'));
      expect(commands.length).toBeGreaterThan(2);
      expect(commands[0]).toMatch(/^filter /);
      for (const command of commands.slice(1)) expect(command).toMatch(/^\| \w+ /);
    }
  });

  it('look into log groups of this stack', () => {
    const groups = ofType(template, 'AWS::Logs::LogGroup').map(([id]) => id);
    for (const { LogGroupNames } of queries) {
      expect(LogGroupNames.length).toBeGreaterThan(0);
      for (const group of LogGroupNames) expect(groups).toContain((group as { Ref: string }).Ref);
    }
  });
});

it('the runbook explains every metric, with its unit', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const name of ourNames) {
    const row = rows.find(
      (line) => line.includes(`\`${name}\``) && /Count|Milliseconds/.test(line),
    );
    const unit = name in valueUnits ? valueUnits[name as keyof typeof valueUnits] : 'Count';
    expect(row, name).toContain(`| ${unit} |`);
  }
});
