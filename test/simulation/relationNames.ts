/** What a world may have beside fields and activities: a kind of what the mapping names. */
export const relationKinds = ['lists', 'programs', 'campaigns', 'companies'] as const;

export type RelationsOf = (typeof relationKinds)[number];

export const listOfAudience = 1001;
export const listOfRule = 1002;
/** Marketo has no such list, and no such campaign. */
export const noList = 1009;
export const noCampaign = 2009;
export const program = 1044;
export const campaign = 2001;

/** In the order in which a lead goes through them. */
export const statuses = ['Invited', 'Registered', 'Attended'] as const;

export const stepOf = (status: unknown): number => statuses.findIndex((one) => one === status);

export const statusRegister = `program:${program}`;
export const noteRegister = `member:${program}/note`;
export const linkRegister = 'link:company';

/** Registers that several events of one lead may write: who said it last wins. */
export const contestedRelations: readonly string[] = [
  `list:${listOfAudience}`,
  `list:${listOfRule}`,
  statusRegister,
  noteRegister,
  linkRegister,
];

/** A request of a campaign has a register of its own, which no other event writes. */
export const isRequest = (name: string): boolean => name.startsWith('campaign:');

/** Whether a register is no field of the lead. */
export const isRelation = (name: string): boolean => name.includes(':');
