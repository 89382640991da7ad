import type { EpochMs } from '../segment/time.ts';
import { relationsIn } from './relations.ts';
import { valuesOf } from './registers.ts';
import type { Incoming, Mailbox } from './leadTypes.ts';

/** The relations that a call may take along at this time: the earliest first; none while they back off. */
export const readyRelations = ({ fields, pause }: Mailbox, at: EpochMs): readonly Incoming[] =>
  (pause?.retryAt ?? 0) > at
    ? []
    : valuesOf(relationsIn(fields)).sort((a, b) => (a.order < b.order ? -1 : 1));
