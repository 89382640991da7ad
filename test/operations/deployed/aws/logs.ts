import type { AwsFailure } from './serve.ts';
import { serveAws } from './serve.ts';
import { stepsOf, type Record as Row } from './insights.ts';

interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

interface Query {
  /** How often it is still under way when asked for. */
  polls: number;
  readonly rows: readonly Row[];
  status: string;
}

class Refusal extends Error {
  readonly failure: AwsFailure;

  constructor(failure: AwsFailure) {
    super(failure.message ?? failure.code);
    this.failure = failure;
  }
}

interface FilterInput {
  readonly logGroupName: string;
  readonly startTime?: number;
  readonly filterPattern?: string;
  readonly nextToken?: string;
}

interface StartInput {
  readonly logGroupNames: readonly string[];
  readonly queryString: string;
  readonly startTime: number;
  readonly endTime: number;
}

interface StreamInput {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

interface PutInput extends StreamInput {
  readonly logEvents: readonly Pick<LogEvent, 'timestamp' | 'message'>[];
}

/** Whether a line is JSON with something at its top-level `level`: `{ $.level = "*" }`. */
const hasLevel = (message: string): boolean => {
  try {
    return typeof (JSON.parse(message) as { readonly level?: unknown }).level === 'string';
  } catch {
    return false;
  }
};

/** CloudWatch Logs in AWS JSON 1.1: events in memory, FilterLogEvents and Logs Insights over them. */
export const serveLogs = async ({ pageEvents = 100 } = {}) => {
  const groups = new Map<string, LogEvent[]>();
  const streams = new Set<string>();
  const queries = new Map<string, Query>();
  const asked: { readonly operation: string; readonly input: unknown }[] = [];
  const failures = new Map<string, AwsFailure>();
  let polls = 0;
  let status = 'Complete';
  let count = 0;

  const put = (group: string, timestamp: number, message: string): void => {
    groups.get(group)?.push({ eventId: `event-${(count += 1)}`, timestamp, message });
  };

  const eventsOf = (name: string): readonly LogEvent[] => {
    const found = groups.get(name);
    if (!found)
      throw new Refusal({
        code: 'ResourceNotFoundException',
        message: 'The specified log group does not exist.',
      });
    return found;
  };

  const filter = ({ logGroupName, startTime = 0, filterPattern, nextToken }: FilterInput) => {
    if (filterPattern !== undefined && filterPattern !== '{ $.level = "*" }')
      throw new Refusal({ code: 'InvalidParameterException', message: 'Invalid filter pattern' });
    const all = eventsOf(logGroupName)
      .filter(({ timestamp }) => timestamp >= startTime)
      .toSorted((one, other) => one.timestamp - other.timestamp);
    const from = Number(nextToken ?? 0);
    const page = all.slice(from, from + pageEvents);
    return {
      events: page.filter(({ message }) => filterPattern === undefined || hasLevel(message)),
      searchedLogStreams: [],
      ...(from + pageEvents < all.length && { nextToken: String(from + pageEvents) }),
    };
  };

  const start = ({ logGroupNames, queryString, startTime, endTime }: StartInput) => {
    const within = logGroupNames
      .flatMap(eventsOf)
      .filter(
        ({ timestamp }) => timestamp >= startTime * 1_000 && timestamp < (endTime + 1) * 1_000,
      )
      .map(({ timestamp, message }): Row => ({ '@timestamp': timestamp, '@message': message }));
    let rows: readonly Row[];
    try {
      rows = stepsOf(queryString).reduce<readonly Row[]>((before, step) => step(before), within);
    } catch (error) {
      throw new Refusal({ code: 'MalformedQueryException', message: (error as Error).message });
    }
    const queryId = `query-${(count += 1)}`;
    queries.set(queryId, { polls, rows, status });
    return { queryId };
  };

  const resultsOf = ({ queryId }: { readonly queryId: string }) => {
    const query = queries.get(queryId);
    if (!query) throw new Refusal({ code: 'ResourceNotFoundException' });
    if (query.polls > 0) {
      query.polls -= 1;
      return { status: 'Running', results: [] };
    }
    if (query.status !== 'Complete') return { status: query.status, results: [] };
    const results = query.rows.map((row) =>
      Object.entries(row).flatMap(([field, value]) =>
        value === undefined || field === '@timestamp' ? [] : [{ field, value: String(value) }],
      ),
    );
    return { status: 'Complete', results };
  };

  const stop = ({ queryId }: { readonly queryId: string }) => {
    const query = queries.get(queryId);
    if (query) query.status = 'Cancelled';
    return { success: query !== undefined };
  };

  const createStream = ({ logGroupName, logStreamName }: StreamInput) => {
    eventsOf(logGroupName);
    streams.add(`${logGroupName} ${logStreamName}`);
    return {};
  };

  const putEvents = ({ logGroupName, logStreamName, logEvents }: PutInput) => {
    if (!streams.has(`${logGroupName} ${logStreamName}`))
      throw new Refusal({
        code: 'ResourceNotFoundException',
        message: 'The specified log stream does not exist.',
      });
    for (const { timestamp, message } of logEvents) put(logGroupName, timestamp, message);
    return {};
  };

  const operations: Readonly<Record<string, (input: never) => object>> = {
    FilterLogEvents: filter,
    StartQuery: start,
    GetQueryResults: resultsOf,
    StopQuery: stop,
    CreateLogStream: createStream,
    PutLogEvents: putEvents,
  };

  const json = (body: object, status = 200) => ({
    status,
    type: 'application/x-amz-json-1.1',
    body: JSON.stringify(body),
  });

  const served = await serveAws(({ headers, body }) => {
    const [, operation = ''] = String(headers['x-amz-target']).split('Logs_20140328.');
    const input = JSON.parse(body) as never;
    asked.push({ operation, input });
    try {
      const failure = failures.get(operation);
      if (failure) throw new Refusal(failure);
      const perform = operations[operation];
      if (!perform) throw new Refusal({ code: 'UnknownOperationException' });
      return json(perform(input));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message = '', status = 400 } = error.failure;
      return json({ __type: code, message }, status);
    }
  });

  return {
    ...served,
    makeGroup: (name: string): void => {
      groups.set(name, []);
    },
    /** A line as a function prints it, when CloudWatch got it. */
    put,
    /** Searches that begin from now on are so often still under way. */
    slow: (next: number): void => {
      polls = next;
    },
    /** The operation fails so from now on; undefined: no more. */
    fail: (operation: string, failure?: AwsFailure): void => {
      if (failure) failures.set(operation, failure);
      else failures.delete(operation);
    },
    /** How searches end that begin from now on. */
    endAs: (next: string): void => {
      status = next;
    },
    asked: (operation: string): readonly unknown[] =>
      asked.filter((one) => one.operation === operation).map(({ input }) => input),
    forget: (): void => {
      asked.length = 0;
    },
  };
};
