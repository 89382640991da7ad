import { createLeadIndexes } from './leadIndex.ts';
import { createMembers } from './members.ts';
import type {
  Activity,
  CampaignRun,
  Company,
  Effect,
  Lead,
  ProgramMember,
  Removal,
  Visit,
} from './model.ts';
import { createProgramMembers } from './programMembers.ts';

export interface State {
  /** Makes the effect part of the state; also how a journal is replayed. */
  apply(effect: Effect): void;
  clear(): void;
  /** Effects that make the same state from nothing. */
  effects(): readonly Effect[];
  leads(): readonly Lead[];
  visits(): readonly Visit[];
  activities(): readonly Activity[];
  companies(): readonly Company[];
  /** Ids of the leads in a static list, in the order in which they came. */
  members(list: number): readonly number[];
  isMember(list: number, lead: number): boolean;
  /** The membership of a lead in a program. */
  programMember(program: number, lead: number): ProgramMember | undefined;
  programMembers(program: number): readonly ProgramMember[];
  campaignRuns(): readonly CampaignRun[];
  companyOf(externalCompanyId: string): Company | undefined;
  /** Never the id of a lead that there was. */
  nextId(): number;
  nextActivityId(): number;
  byId(id: number): Lead | undefined;
  /** Where a lead that lost a merge went, over any number of merges; undefined: it lost none. */
  mergedInto(id: number): Lead | undefined;
  byForeign(foreign: string): Lead | undefined;
  byCookie(token: string): Lead | undefined;
  /** All leads with this value in this kept field, without regard to case; the one updated last comes first. */
  allBy(field: string, value: string): readonly Lead[];
}

/** Leads, their cookies, all visits and activities, in memory. Knows no API and no clock. */
export const createState = (): State => {
  const leads = new Map<number, Lead>();
  const indexes = createLeadIndexes(() => leads.values());
  const owners = new Map<string, number>();
  const foreigns = new Map<string, number>();
  const removed = new Map<number, number | null>();
  const companies = new Map<string, Company>();
  const members = createMembers();
  const programs = createProgramMembers();
  let visits: Visit[] = [];
  let activities: Activity[] = [];
  let campaignRuns: CampaignRun[] = [];
  let latestId = 0;
  let latestActivityId = 0;
  /** Places in `visits`, by token, of those that no lead has. */
  const anonymous = new Map<string, number[]>();

  const noteAnonymous = (visit: Visit, place: number): void => {
    if (visit.lead !== null) return;
    const places = anonymous.get(visit.token) ?? [];
    places.push(place);
    anonymous.set(visit.token, places);
  };

  /** A cookie names one lead, the latest; visits made before anybody owned it become that lead's. */
  const takeCookies = (lead: Lead): void => {
    for (const token of lead.cookies) {
      const owner = owners.get(token);
      if (owner === lead.id) continue;
      const former = leads.get(owner ?? 0);
      if (former !== undefined) {
        leads.set(former.id, { ...former, cookies: former.cookies.filter((own) => own !== token) });
      }
      owners.set(token, lead.id);
      for (const place of anonymous.get(token) ?? []) {
        const visit = visits[place];
        if (visit !== undefined) visits[place] = { ...visit, lead: lead.id };
      }
      anonymous.delete(token);
    }
  };

  const forgetKeys = (before: Lead | undefined): void => {
    if (before === undefined) return;
    indexes.remove(before);
    if (before.foreign !== null) foreigns.delete(before.foreign);
  };

  const dropCookies = (before: Lead | undefined, { cookies }: Lead): void => {
    if (before === undefined || before.cookies === cookies) return;
    for (const token of before.cookies) if (!cookies.includes(token)) owners.delete(token);
  };

  const putLead = (lead: Lead): void => {
    const before = leads.get(lead.id);
    forgetKeys(before);
    dropCookies(before, lead);
    indexes.put(lead);
    if (lead.foreign !== null) foreigns.set(lead.foreign, lead.id);
    takeCookies(lead);
    leads.set(lead.id, lead);
    latestId = Math.max(latestId, lead.id);
  };

  const remove = ({ id, into }: Removal): void => {
    const lead = leads.get(id);
    removed.set(id, into);
    latestId = Math.max(latestId, id);
    if (lead === undefined) return;
    forgetKeys(lead);
    for (const token of lead.cookies) owners.delete(token);
    leads.delete(id);
    members.move(id, into);
    programs.move(id, into);
    const moved = <Of extends { readonly lead: number | null }>(all: readonly Of[]): Of[] =>
      into === null
        ? all.filter((one) => one.lead !== id)
        : all.map((one) => (one.lead === id ? { ...one, lead: into } : one));
    visits = moved(visits);
    activities = moved(activities);
    campaignRuns = moved(campaignRuns);
    anonymous.clear();
    visits.forEach(noteAnonymous);
  };

  const at = (id: number | undefined): Lead | undefined =>
    id === undefined ? undefined : leads.get(id);

  return {
    apply: (effect) => {
      switch (effect.kind) {
        case 'lead':
          putLead(effect.lead);
          return;
        case 'campaignRun':
          campaignRuns.push(effect.run);
          return;
        case 'company':
          companies.set(effect.company.externalCompanyId, effect.company);
          return;
        case 'membership':
          members.put(effect.membership);
          return;
        case 'programMember':
          programs.put(effect.member);
          return;
        case 'removal':
          remove(effect.removal);
          return;
        case 'visit':
          noteAnonymous(effect.visit, visits.length);
          visits.push(effect.visit);
          return;
        case 'activity':
          activities.push(effect.activity);
          latestActivityId = Math.max(latestActivityId, effect.activity.id);
      }
    },
    effects: () => [
      ...[...removed].map(([id, into]) => ({ kind: 'removal', removal: { id, into } }) as const),
      ...[...companies.values()].map((company) => ({ kind: 'company', company }) as const),
      ...[...leads.values()].map((lead) => ({ kind: 'lead', lead }) as const),
      ...members.all().map((membership) => ({ kind: 'membership', membership }) as const),
      ...programs.all().map((member) => ({ kind: 'programMember', member }) as const),
      ...visits.map((visit) => ({ kind: 'visit', visit }) as const),
      ...campaignRuns.map((run) => ({ kind: 'campaignRun', run }) as const),
      ...activities.map((activity) => ({ kind: 'activity', activity }) as const),
    ],
    clear: () => {
      for (const part of [
        leads,
        indexes,
        owners,
        foreigns,
        removed,
        companies,
        members,
        programs,
        anonymous,
      ])
        part.clear();
      visits = [];
      activities = [];
      campaignRuns = [];
      latestId = 0;
      latestActivityId = 0;
    },
    leads: () => [...leads.values()],
    visits: () => visits,
    activities: () => activities,
    campaignRuns: () => campaignRuns,
    companies: () => [...companies.values()],
    members: (list) => members.of(list),
    isMember: (list, lead) => members.has(list, lead),
    programMember: (program, lead) => programs.get(program, lead),
    programMembers: (program) => programs.of(program),
    companyOf: (externalCompanyId) => companies.get(externalCompanyId),
    nextId: () => latestId + 1,
    nextActivityId: () => latestActivityId + 1,
    byId: at,
    mergedInto: (id) => {
      let into = removed.get(id);
      while (typeof into === 'number' && removed.has(into)) into = removed.get(into);
      return at(into ?? undefined);
    },
    byForeign: (foreign) => at(foreigns.get(foreign)),
    byCookie: (token) => at(owners.get(token)),
    allBy: (field, value) => {
      const found: Lead[] = [];
      for (const id of indexes.find(field, value)) {
        const lead = leads.get(id);
        if (lead !== undefined) found.push(lead);
      }
      return found.length < 2
        ? found
        : found.sort((a, b) => b.updatedAt - a.updatedAt || b.id - a.id);
    },
  };
};
