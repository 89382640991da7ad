import { createContext } from 'preact';
import type { Info } from '../../views.ts';

/** Whether whoever looks may also do something: not before the API has said who that is. It decides it again. */
export const mayAct = (info: Info | undefined): boolean =>
  info !== undefined && info.role !== 'viewer';

/** The same, for parts deep in a page. */
export const MayActContext = createContext(false);
