import { addActivities, getActivityTypes } from './activities.ts';
import { associate } from './associate.ts';
import { RestError } from './codes.ts';
import { describe, describe2 } from './describe.ts';
import { syncLeads } from './leads.ts';
import { getLeads } from './lookup.ts';
import type { Operation } from './operation.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** As a fault's target and in the record of calls. */
  readonly name: string;
  readonly run: Operation;
}

const routes: readonly Route[] = [
  { method: 'POST', path: /^\/rest\/v1\/leads\.json$/, name: 'leads', run: syncLeads },
  { method: 'GET', path: /^\/rest\/v1\/leads\.json$/, name: 'getLeads', run: getLeads },
  {
    method: 'POST',
    path: /^\/rest\/v1\/leads\/[^/]+\/associate\.json$/,
    name: 'associate',
    run: associate,
  },
  { method: 'GET', path: /^\/rest\/v1\/leads\/describe\.json$/, name: 'describe', run: describe },
  { method: 'GET', path: /^\/rest\/v1\/leads\/describe2\.json$/, name: 'describe', run: describe2 },
  {
    method: 'POST',
    path: /^\/rest\/v1\/activities\/external\.json$/,
    name: 'activities',
    run: addActivities,
  },
  {
    method: 'GET',
    path: /^\/rest\/v1\/activities\/types\.json$/,
    name: 'activityTypes',
    run: getActivityTypes,
  },
];

/** Undefined for a path that there is not; throws 605 for a method that the path does not take. */
export const routeOf = (method: string, path: string): Route | undefined => {
  const there = routes.filter((route) => route.path.test(path));
  const route = there.find((one) => one.method === method);
  if (route !== undefined || there.length === 0) return route;
  throw new RestError('605', `HTTP Method '${method}' not supported`);
};
