import type { CallName } from './calls.ts';
import { roles, type Role } from './caller.ts';

/** The role that each call needs. A call without a row does not compile. */
const needed: Readonly<Record<CallName, Role>> = {
  info: 'viewer',
  flow: 'viewer',
  lead: 'viewer',
  event: 'viewer',
  details: 'viewer',
  // Whether viewers may is a setting.
  reveal: 'viewer',
  budget: 'viewer',
  alarms: 'viewer',
  dead: 'viewer',
  events: 'viewer',
  people: 'viewer',
  problems: 'viewer',
  counts: 'viewer',
  // It costs calls of Marketo's quota.
  check: 'operator',
  preview: 'operator',
  send: 'operator',
  resend: 'operator',
  drop: 'operator',
  erase: 'operator',
  bulk: 'operator',
};

/** What is more than looking, and is written down with who did it. */
const acting: ReadonlySet<CallName> = new Set([
  'send',
  'resend',
  'drop',
  'erase',
  'check',
  'reveal',
  'bulk',
]);

/** Whether somebody of this role may make this call. */
export const mayCall = (role: Role, call: CallName): boolean =>
  roles.indexOf(role) >= roles.indexOf(needed[call]);

export const isAction = (call: CallName): boolean => acting.has(call);
