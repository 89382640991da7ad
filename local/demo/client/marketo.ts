/** A lead as the simulated Marketo tells it (`simulator/model.ts`), as far as it is shown. */
interface ToldLead {
  readonly email: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/** All fields of a lead that are not empty, the e-mail the first of them. */
export type Lead = ReadonlyMap<string, string>;

/** A visit as the simulated Marketo tells it. */
export interface Visit {
  /** Epoch ms. */
  readonly at: number;
  readonly path: string;
  readonly query: string | null;
  readonly token: string;
  /** Of the lead who owns the cookie; null while nobody does. */
  readonly email: string | null;
}

/** What Marketo knows of one visitor. */
export interface Known {
  readonly lead: Lead | undefined;
  /** The newest first. */
  readonly visits: readonly Visit[];
}

const list = async (path: string): Promise<readonly unknown[]> => {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return (await response.json()) as unknown[];
};

/** How Marketo may know a visitor. */
interface Visitor {
  /** Of Munchkin's cookie; absent where Munchkin is blocked. */
  readonly token: string | undefined;
  /** As the visitor gave it on this page. */
  readonly email: string | undefined;
}

/** Asks the simulated Marketo for a visitor's lead, by the cookie before the e-mail, and visits. */
export const ask = async ({ token = '', email = '' }: Visitor): Promise<Known> => {
  const [leads, visits] = (await Promise.all([
    list('/simulator/leads'),
    list('/simulator/visits'),
  ])) as [readonly ToldLead[], readonly Visit[]];
  const lead =
    leads.find(({ cookies }) => cookies.includes(token)) ??
    leads.find((one) => one.email?.toLowerCase() === email.toLowerCase());
  return {
    lead: lead && new Map(Object.entries({ Email: lead.email ?? '', ...lead.fields })),
    visits: visits.filter((visit) => visit.token === token).toReversed(),
  };
};
