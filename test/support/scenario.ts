import type { FaultRequest } from '../../simulator/faults.ts';
import type { Api, World } from './world.ts';

/** An identify of the person with this e-mail; its userId is the part before the `@`. */
export const identify = (email: string, traits: object = {}, more: object = {}) => ({
  type: 'identify',
  userId: email.split('@')[0],
  traits: { email, ...traits },
  ...more,
});

const syncs = ['syncLead', 'syncMultipleLeads', 'leads'];

/** The same trouble in the words of both APIs. */
export const troubles: Readonly<Record<Api, Readonly<Record<string, FaultRequest>>>> = {
  soap: {
    unreachable: { target: 'soap', status: 503 },
    cut: { target: 'soap', drop: true },
    outOfQuota: { target: 'soap', code: '20015' },
    throttled: { target: 'soap', code: '20023' },
    badCredentials: { target: 'soap', code: '20014' },
    internalError: { target: 'syncLead', code: '20011' },
    badCall: { target: 'syncMultipleLeads', code: '20110' },
    noDescription: { target: 'describeMObject', status: 503 },
    lostAnswer: { target: 'syncLead', drop: true, after: true },
  },
  rest: {
    unreachable: { target: 'rest', status: 503 },
    cut: { target: 'rest', drop: true },
    outOfQuota: { target: 'rest', code: '607' },
    throttled: { target: 'rest', code: '606' },
    badCredentials: { target: 'rest', code: '603' },
    internalError: { target: 'leads', code: '713' },
    badCall: { target: 'leads', code: '609' },
    noDescription: { target: 'describe', status: 503 },
    lostAnswer: { target: 'leads', drop: true, after: true },
  },
};

/** The sync calls that Marketo worked on, about this lead. */
export const syncsOf = (world: World, email?: string) =>
  world.simulator
    .calls(email)
    .filter(({ operation, worked }) => syncs.includes(operation) && worked);

export const leadOf = (world: World, email: string) => world.simulator.leads(email)[0];

/** Seconds between the end of each call and the start of the next. */
export const gapsOf = (calls: readonly { readonly at: number; readonly endedAt: number }[]) =>
  calls.slice(1).map((call, index) => (call.at - (calls[index]?.endedAt ?? 0)) / 1_000);

export const cookie = (digits: string): string =>
  `id:000-AAA-000&token:_mch-example.com-1374552656411-${digits}`;
