import { without } from '../../lambdas/lead/without.ts';
import { OperationsError } from '../error.ts';
import type { DeadPage } from '../ports.ts';
import type {
  DeadView,
  EventDetails,
  EventsView,
  EventView,
  Info,
  LeadView,
  PeopleView,
} from '../views.ts';
import type { Caller } from './caller.ts';

/** What viewers see of people: everything, everything that they reveal, or nothing. */
export type PersonalData = 'shown' | 'reveal' | 'hidden';

const names = ['email', 'userId', 'anonymousId', 'personName'] as const;

/** What was given up, without what it says: only of what, why and when. */
const maskedDead = (dead: readonly DeadView[]): readonly DeadView[] =>
  dead.map(({ fields, ...letter }) => ({
    ...without(letter, 'page'),
    fields: fields.map(({ name }) => ({ name })),
  }));

const maskedLead = (view: LeadView): LeadView => ({
  ...without(view, 'address'),
  fields: view.fields.map((field) => without(field, 'value')),
  cookies: view.cookies.map((cookie, nth) => ({ ...cookie, token: `hidden cookie ${nth + 1}` })),
  activities: view.activities.map((activity) => ({ ...activity, primary: 'hidden' })),
  dead: maskedDead(view.dead),
});

/** Who sees what of people. Operators see everything, and so does whoever is on the machine itself. */
export class Sight {
  private readonly viewers: PersonalData;

  constructor(viewers: PersonalData) {
    this.viewers = viewers;
  }

  infoFor(caller: Caller): Pick<Info, 'personalData'> {
    return this.isMasked(caller) && this.viewers !== 'shown' ? { personalData: this.viewers } : {};
  }

  /** @throws OperationsError `denied` for whoever may reveal nothing */
  checkReveal({ role }: Caller): void {
    if (role === 'viewer' && this.viewers === 'hidden')
      throw new OperationsError(
        'denied',
        'viewers do not see who people are (console.personalData is hidden): ask an operator',
      );
  }

  person(view: LeadView, caller: Caller): LeadView {
    return this.isMasked(caller) ? maskedLead(view) : view;
  }

  event(view: EventView, caller: Caller): EventView {
    return this.isMasked(caller) ? { ...view, dead: maskedDead(view.dead) } : view;
  }

  details(view: EventDetails, caller: Caller): EventDetails {
    return this.isMasked(caller) ? without(view, ...names) : view;
  }

  dead(view: DeadPage, caller: Caller): DeadPage {
    return this.isMasked(caller) ? { ...view, dead: maskedDead(view.dead) } : view;
  }

  events(view: EventsView, caller: Caller): EventsView {
    return this.isMasked(caller)
      ? { ...view, events: view.events.map((event) => without(event, ...names)) }
      : view;
  }

  people(view: PeopleView, caller: Caller): PeopleView {
    return this.isMasked(caller)
      ? { ...view, people: view.people.map(({ owner, at }) => ({ owner, at })) }
      : view;
  }

  private isMasked({ role }: Caller): boolean {
    return role === 'viewer' && this.viewers !== 'shown';
  }
}
