import { refusedNamesMost } from '../../lib/timing.ts';
import type { Logger } from '../delivery.ts';
import type { KnownFields } from '../lead/leaveOut.ts';
import type { Budget } from './budget.ts';
import type { Clock, MarketoLeads, MayStart } from '../ports.ts';
import type { EpochMs } from '../segment/time.ts';
import { epochMs } from '../segment/time.ts';
import type { Store } from './store.ts';

/** What is known of the fields that leads of this Marketo instance have. */
interface Knowledge {
  /** Names from Marketo's own description; absent until it has given one. */
  readonly known?: readonly string[];
  /** Names that a sync was refused for, whatever the description says. */
  readonly refused?: readonly string[];
  /** When the description was last asked for. */
  readonly askedAt?: EpochMs;
  /** Whether the last question went unanswered. */
  readonly isUnanswered?: true;
}

interface FieldKnowledgePorts {
  readonly store: Store;
  readonly marketo: Pick<MarketoLeads, 'fieldNames'>;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: {
    readonly fieldKnowledgeMs: number;
    readonly fieldQuestionRetryMs: number;
    readonly fieldQuestionTimeoutMs: number;
    readonly fieldCacheMs: number;
  };
}

export type FieldKnowledge = ReturnType<typeof createFieldKnowledge>;

/**
 * What all workers know of Marketo's fields: one item of the leads table. One unknown field would
 * cost every call that carries it, so Marketo is asked for its fields before the first sync and then
 * once a day; a name that is refused all the same is remembered until the next answer.
 */
export const createFieldKnowledge = (ports: FieldKnowledgePorts) => {
  const { store, marketo, budget, clock, logger, timing } = ports;
  const item = store.shared<Knowledge>('fields');
  let cached: { readonly knowledge: Knowledge; readonly until: EpochMs } | undefined;

  const cache = (knowledge: Knowledge): Knowledge => {
    cached = { knowledge, until: epochMs(clock.now() + timing.fieldCacheMs) };
    return knowledge;
  };

  const current = async (): Promise<Knowledge> =>
    cached && cached.until > clock.now()
      ? cached.knowledge
      : cache((await item.load()).state ?? {});

  const update = async (change: (knowledge: Knowledge) => Knowledge): Promise<void> => {
    for (;;) {
      const loaded = await item.load();
      const after = change(loaded.state ?? {});
      if (await item.save(loaded, after)) {
        cache(after);
        return;
      }
    }
  };

  const patienceFor = ({ isUnanswered }: Knowledge): number =>
    isUnanswered ? timing.fieldQuestionRetryMs : timing.fieldKnowledgeMs;

  const isOld = (knowledge: Knowledge): boolean =>
    knowledge.askedAt === undefined || clock.now() - knowledge.askedAt >= patienceFor(knowledge);

  return {
    /** What is known now; read at most once a minute by one instance. */
    known: async (): Promise<KnownFields> => {
      const knowledge = await current();
      const { known, refused } = knowledge;
      const [has, hasNot] = [known && new Set(known), new Set(refused)];
      return {
        // The e-mail is no attribute: every lead has one, described or not.
        isUnknown: (name) =>
          name !== 'Email' && (hasNot.has(name) || (has !== undefined && !has.has(name))),
        until: epochMs((knowledge.askedAt ?? clock.now()) + patienceFor(knowledge)),
      };
    },

    /** Marketo refused a sync because it has no such fields. */
    remember: async (names: readonly string[]): Promise<void> => {
      await update((knowledge) => ({
        ...knowledge,
        // The latest stay: an item of the table holds only so much.
        refused: [...new Set([...(knowledge.refused ?? []), ...names])].slice(-refusedNamesMost),
      }));
      logger.warn('Marketo has no such fields; they are left out from now on', {
        fields: names.join(', '),
      });
    },

    /** Asks Marketo for its fields where the last answer is too old. Costs a call, then and only then. */
    refresh: async (): Promise<void> => {
      if (!isOld(await current())) return;
      const slots = await budget.take(1);
      if (!slots.granted) return;
      await ask(slots.mayStart).finally(slots.giveBack);
    },
  };

  async function ask(mayStart: MayStart): Promise<void> {
    const loaded = await item.load();
    const before = loaded.state ?? {};
    const askedAt = clock.now();
    // Whoever writes this asks; all others go on with what is known.
    const asking: Knowledge = { ...before, askedAt, isUnanswered: true };
    if (!isOld(before) || !(await item.save(loaded, asking))) return;
    cache(asking);
    try {
      const known = await marketo.fieldNames(
        epochMs(askedAt + timing.fieldQuestionTimeoutMs),
        mayStart,
      );
      // A lead without an e-mail field is no description; believed, it would leave out everything.
      if (!known.has('Email')) throw new Error('not a description of leads');
      await update(() => ({ known: [...known].sort(), askedAt }));
    } catch {
      logger.warn('Marketo did not say which fields it has; it is asked again later');
    }
  }
};
