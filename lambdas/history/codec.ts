import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EpochMs } from '../segment/time.ts';
import type {
  HistoryCall,
  HistoryRow,
  HistoryStep,
  HistoryTrouble,
  HistoryOutcome,
} from './types.ts';

/** What one invocation lists: a part of the history by time. */
export interface Listed {
  /** Latest first. */
  readonly rows: readonly HistoryRow[];
  readonly calls: readonly HistoryCall[];
  readonly troubles: readonly HistoryTrouble[];
}

/** A row as a list: names of properties would be most of its bytes. */
const packedRow = (row: HistoryRow): readonly unknown[] => [
  row.message,
  row.owner,
  row.outcome,
  row.at,
  row.receivedAt,
  row.type,
  row.name,
  row.source,
  row.reason,
  row.messageId,
  row.isArrival,
];

const withoutAbsent = <T extends object>(value: {
  readonly [K in keyof T]: T[K] | null | undefined;
}): T =>
  Object.fromEntries(
    Object.entries(value).filter(([, one]) => one !== undefined && one !== null),
  ) as T;

const unpackedRow = (packed: readonly never[]): HistoryRow => {
  const [
    message,
    owner,
    outcome,
    at,
    receivedAt,
    type,
    name,
    source,
    reason,
    messageId,
    isArrival,
  ] = packed as [...never[]];
  return withoutAbsent<HistoryRow>({
    message,
    owner,
    outcome,
    at,
    receivedAt,
    type,
    name,
    source,
    reason,
    messageId,
    isArrival,
  });
};

export const encodeListed = ({ rows, calls, troubles }: Listed): Uint8Array =>
  deflateRawSync(JSON.stringify([rows.map(packedRow), calls, troubles]));

/** @throws where it was not encoded by `encodeListed` */
export const decodeListed = (bytes: Uint8Array): Listed => {
  const [rows, calls, troubles] = JSON.parse(inflateRawSync(bytes).toString('utf8')) as [
    readonly (readonly never[])[],
    readonly HistoryCall[],
    readonly HistoryTrouble[],
  ];
  return { rows: rows.map(unpackedRow), calls, troubles };
};

/** Without what is absent at its end. */
const textOf = (values: readonly unknown[]): string =>
  JSON.stringify(values.slice(0, 1 + values.findLastIndex((value) => value !== undefined)));

/** A step or call as text; it stands in the item of its event. */
export const encodeStep = (step: HistoryStep | HistoryCall): string => {
  const { at, service } = step;
  if (step.kind === 'step') {
    const { step: name, because, fields, until, call, isOwn, isCreated } = step;
    return textOf([at, service, name, because, fields, until, call, isOwn, isCreated]);
  }
  const { call, api, about, leads, requests, tookMs, verdicts, because } = step;
  return textOf([at, service, '', call, api, about, leads, requests, tookMs, verdicts, because]);
};

export const decodeStep = (text: string): HistoryStep | HistoryCall => {
  const [at, service, step, ...rest] = JSON.parse(text) as [EpochMs, string, string, ...never[]];
  if (step === '') {
    const [call, api, about, leads, requests, tookMs, verdicts, because] = rest;
    return withoutAbsent<HistoryCall>({
      kind: 'call',
      at,
      service,
      ...{ call, api, about, leads, requests, tookMs, verdicts, because },
    } as never);
  }
  const [because, fields, until, call, isOwn, isCreated] = rest;
  return withoutAbsent<HistoryStep>({
    kind: 'step',
    at,
    service,
    step: step as HistoryStep['step'],
    ...{ because, fields, until, call, isOwn, isCreated },
  } as never);
};

/** How many rows came to each outcome. */
export const countsOf = (
  rows: readonly Pick<HistoryRow, 'outcome'>[],
): Readonly<Partial<Record<HistoryOutcome, number>>> => {
  const counts: Partial<Record<HistoryOutcome, number>> = {};
  for (const { outcome } of rows) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};
