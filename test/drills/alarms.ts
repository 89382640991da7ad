import { noEmail } from '../../lambdas/lead/keys.ts';
import { alarmTiming } from '../../lambdas/limits.ts';

type Line = Readonly<Record<string, unknown>>;

const serviceNames: Readonly<Record<string, string>> = {
  ingest: 'Ingest',
  absorb: 'Absorb',
  sync: 'Sync',
  hash: 'Hash',
};

/** The values of a metric in a line of embedded metrics. */
const valuesOf = (line: Line, name: string): readonly number[] =>
  [line[name]].flat().filter((value) => typeof value === 'number');

const alarmsOf = (line: Line): readonly string[] => {
  const service = serviceNames[String(line['service'])];
  if (service === undefined) return [];
  const used = Math.max(...valuesOf(line, 'CallsUsed'));
  const rings: Readonly<Record<string, boolean>> = {
    [`${service}ErrorLines`]: line['level'] === 'ERROR',
    [`${service}LeadsDead`]: line['step'] === 'dead' && line['because'] !== noEmail,
    MarketoUnavailable: valuesOf(line, 'UnavailableFor').some(
      (value) => value > alarmTiming.unavailableMs,
    ),
    QuotaUsedUp: valuesOf(line, 'CallsLimit').some((limit) => used >= limit),
  };
  return Object.keys(rings).filter((name) => rings[name]);
};

/** Those of the stack's alarms that these lines of the functions ring. */
export const alarmsIn = (logged: readonly string[]): readonly string[] => [
  ...new Set(logged.flatMap((text) => alarmsOf(JSON.parse(text) as Line))),
];
