import type { World } from './world.ts';

/** An identify of the person with this e-mail; its userId is the part before the `@`. */
export const identify = (email: string, traits: object = {}, more: object = {}) => ({
  type: 'identify',
  userId: email.split('@')[0],
  traits: { email, ...traits },
  ...more,
});

/** The sync calls that Marketo worked on, about this lead. */
export const syncsOf = (world: World, email?: string) =>
  world.simulator
    .calls(email)
    .filter(({ operation, worked }) => operation.startsWith('sync') && worked);

export const leadOf = (world: World, email: string) => world.simulator.leads(email)[0];

/** Seconds between the end of each call and the start of the next. */
export const gapsOf = (calls: readonly { readonly at: number; readonly endedAt: number }[]) =>
  calls.slice(1).map((call, index) => (call.at - (calls[index]?.endedAt ?? 0)) / 1_000);

export const cookie = (digits: string): string =>
  `id:000-AAA-000&token:_mch-example.com-1374552656411-${digits}`;
