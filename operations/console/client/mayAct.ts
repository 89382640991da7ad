import { createContext } from 'preact';
import type { Info } from '../../views.ts';

/** Whether whoever looks may also do something; the API decides it again. */
export const mayAct = (info: Info | undefined): boolean => info?.role !== 'viewer';

/** The same, for parts deep in a page. */
export const MayActContext = createContext(true);
