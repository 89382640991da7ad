import type { Operations } from './ports.ts';

/** Operations that are made when something is asked for the first time; a failure is not kept. */
export const createLater = (make: () => Promise<Operations>): Operations => {
  let made: Promise<Operations> | undefined;
  const get = (): Promise<Operations> =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
  return {
    flow: async () => (await get()).flow(),
    lead: async (who) => (await get()).lead(who),
    event: async (which) => (await get()).event(which),
    budget: async () => (await get()).budget(),
    dead: async (after) => (await get()).dead(after),
    resend: async (ids) => (await get()).resend(ids),
    drop: async (ids) => (await get()).drop(ids),
    check: async () => (await get()).check(),
    alarms: async () => (await get()).alarms(),
    askForImports: async () => (await get()).askForImports(),
    events: async (query) => (await get()).events(query),
    details: async (message) => (await get()).details(message),
    bodies: async (message) => (await get()).bodies(message),
    people: async (part) => (await get()).people(part),
    problems: async (forMs) => (await get()).problems(forMs),
    counts: async (forMs) => (await get()).counts(forMs),
    preview: async (query) => (await get()).preview(query),
    sendTest: async (event) => (await get()).sendTest(event),
    erase: async (user) => (await get()).erase(user),
  };
};
