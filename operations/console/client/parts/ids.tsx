import { hrefOf } from '../route.ts';

/** Enough of an id to tell it from others. */
export const short = (id: string): string => `${id.slice(0, 6)}…`;

export const LeadLink = ({ id }: { id: string }) => (
  <a class="id" href={hrefOf.lead(id)} aria-label={`Lead ${short(id)}`}>
    {short(id)}
  </a>
);

export const KeyLink = ({ id }: { id: string }) => (
  <a class="id" href={hrefOf.key(id)} aria-label={`Key ${short(id)}`}>
    {short(id)}
  </a>
);

/** An event by its short hash. */
export const EventLink = ({ message }: { message: string }) => (
  <a class="id" href={hrefOf.event(message)} aria-label={`Event ${short(message)}`}>
    {short(message)}
  </a>
);

/** The first of several events, and how many more there are. */
export const EventLinks = ({ messages }: { messages: readonly string[] }) => {
  const [first, ...more] = messages;
  if (first === undefined) return null;
  return (
    <>
      <EventLink message={first} />
      {more.length > 0 && <span class="soft"> +{more.length}</span>}
    </>
  );
};
