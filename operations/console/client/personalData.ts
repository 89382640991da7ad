import { createContext } from 'preact';
import type { Info } from '../../views.ts';

/** What whoever looks sees of people: everything, what they reveal, or nothing; the API decides it again. */
type PersonalData = 'shown' | NonNullable<Info['personalData']>;

export const PersonalDataContext = createContext<PersonalData>('shown');
