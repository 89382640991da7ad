import type { CallLine, Logger } from '../delivery.ts';
import type { Clock, LeadFields, MarketoLeads } from '../ports.ts';
import { epochMs } from '../segment/time.ts';
import type { Permits } from './budget.ts';

export interface FieldQuestionPorts {
  readonly marketo: Pick<MarketoLeads, 'fields'>;
  readonly api: CallLine['api'];
  readonly clock: Clock;
  /** Names a call; unique for ever. */
  readonly newOwner: () => string;
  readonly logger: Logger;
  readonly timing: { readonly fieldQuestionTimeoutMs: number };
}

/** Asks Marketo which fields it has, and writes the call down. Rejects where it did not say. */
export const createFieldQuestion =
  ({ marketo, api, clock, newOwner, logger, timing }: FieldQuestionPorts) =>
  async (permits: Permits): Promise<LeadFields> => {
    const startedAt = clock.now();
    const deadline = epochMs(startedAt + timing.fieldQuestionTimeoutMs);
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
