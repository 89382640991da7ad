import type { LocalRun } from '../../local/run.ts';
import type { JsonObject } from '../../lambdas/segment/event.ts';
import type { Dice } from '../../test/simulation/dice.ts';

const identifies = 0.4;
/** Share of a lead's identifies that repeat what it said before. */
const unchanged = 0.8;

interface LoadOptions {
  readonly local: Pick<LocalRun, 'url' | 'writeKey'>;
  readonly leads: number;
  readonly dice: Dice;
}

/** Events of a crowd of leads, over HTTP, and what Marketo has to know of them in the end. */
export const createLoad = ({ local, leads, dice }: LoadOptions) => {
  /** Of each lead that identified itself, the last value that was accepted. */
  const said = new Map<string, number>();
  let accepted = 0;
  let refused = 0;

  const event = (): JsonObject => {
    const who = dice.whole(leads);
    const userId = `soak-${who}`;
    if (!dice.chance(identifies)) {
      return dice.chance(0.5)
        ? { type: 'track', userId, event: 'Signed In', properties: { plan: 'pro' } }
        : { type: 'page', userId, properties: { url: 'https://www.example.com/pricing' } };
    }
    const email = `${userId}@example.com`;
    const before = said.get(email);
    const logins = before === undefined || !dice.chance(unchanged) ? (before ?? 0) + 1 : before;
    said.set(email, logins);
    return { type: 'identify', userId, traits: { email, plan: `plan ${logins}` } };
  };

  return {
    /** Posts one batch. Rejects where the door cannot be reached. */
    post: async (events: number): Promise<void> => {
      const before = new Map(said);
      const batch = Array.from({ length: events }, event);
      const response = await fetch(`${local.url}/v1/batch`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${local.writeKey}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ batch }),
      });
      await response.text();
      if (response.status === 200) {
        accepted += events;
        return;
      }
      refused += events;
      said.clear();
      for (const [email, logins] of before) said.set(email, logins);
    },
    counts: () => ({ accepted, refused }),
    /** Leads that Marketo knows something older of, by what it holds of each. */
    stuck: (planOf: (email: string) => string | undefined): number =>
      [...said].filter(([email, logins]) => planOf(email) !== `plan ${logins}`).length,
    leads: () => said.size,
  };
};
