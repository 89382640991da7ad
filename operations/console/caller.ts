/** What somebody may do. An operator may do all that a viewer may. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who asks. */
export interface Caller {
  readonly role: Role;
  /** Of the sign-in, no e-mail; absent on one's own machine. */
  readonly user?: string;
}
