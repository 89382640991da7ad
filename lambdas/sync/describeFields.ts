import type { CallLine, Logger } from '../delivery.ts';
import type { Clock } from '../ports.ts';
import type { LeadFields, MarketoLeads } from '../marketo/marketoPorts.ts';
import { epochMs } from '../segment/time.ts';
import type { Permits } from './budget.ts';

export interface DescribeFieldsPorts {
  readonly marketo: Pick<MarketoLeads, 'fields'>;
  readonly api: CallLine['api'];
  readonly clock: Clock;
  /** Names a call; unique for ever. */
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly timing: { readonly describeTimeoutMs: number };
}

/** Asks Marketo which fields it has, and writes the call down. Rejects where it did not say. */
export const createDescribeFields =
  ({ marketo, api, clock, newOwner, logger, timing }: DescribeFieldsPorts) =>
  async (permits: Permits): Promise<LeadFields> => {
    const startedAt = clock.now();
    const deadline = epochMs(startedAt + timing.describeTimeoutMs);
    const answered = await marketo.fields(deadline, permits.mayStart).catch(() => undefined);
    // A lead without an e-mail field is no description; believed, it would leave out everything.
    const fields = answered?.has('Email') ? answered : undefined;
    if (permits.refused() === undefined)
      logger.call({
        call: newOwner(),
        api,
        about: 'fields',
        leads: 0,
        requests: permits.started(),
        tookMs: clock.now() - startedAt,
        verdicts: {},
        ...(!fields && { because: 'Marketo did not say which fields it has' }),
      });
    if (fields === undefined) throw new Error('not a description of leads');
    return fields;
  };
