import type { RestOperation } from '../faults.ts';
import { addActivities, getActivityTypes } from './activities.ts';
import { associate } from './associate.ts';
import { requestCampaign } from './campaigns.ts';
import { RestError } from './codes.ts';
import { describeCompanies, getCompanies, syncCompanies } from './companies.ts';
import { describe, describe2 } from './describe.ts';
import { getImportFile, getImportStatus, importLeads } from './imports.ts';
import { syncLeads } from './leads.ts';
import { addToList, getListLeads, getLists, removeFromList } from './lists.ts';
import { getLeadById, getLeads } from './lookup.ts';
import type { Operation } from './operation.ts';
import { getPartitions } from './partitions.ts';
import { getProgramMembers, syncProgramMembers, syncProgramStatus } from './programs.ts';
import { deleteLeads, mergeLeads } from './removal.ts';

interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  /** As a fault's target and in the record of calls. */
  readonly name: RestOperation;
  readonly run: Operation;
}

/** `{}` stands for one segment of the path. A new resource is a file and its rows here. */
const rows: readonly [Route['method'], path: string, RestOperation, Operation][] = [
  ['POST', 'leads', 'leads', syncLeads],
  ['GET', 'leads', 'getLeads', getLeads],
  ['GET', 'lead/{}', 'getLeadById', getLeadById],
  ['POST', 'leads/delete', 'deleteLeads', deleteLeads],
  ['POST', 'leads/{}/associate', 'associate', associate],
  ['POST', 'leads/{}/merge', 'merge', mergeLeads],
  ['GET', 'leads/describe', 'describe', describe],
  ['GET', 'leads/describe2', 'describe', describe2],
  ['GET', 'leads/partitions', 'partitions', getPartitions],
  ['POST', 'activities/external', 'activities', addActivities],
  ['GET', 'activities/types', 'activityTypes', getActivityTypes],
  ['POST', 'lists/{}/leads', 'addToList', addToList],
  ['DELETE', 'lists/{}/leads', 'removeFromList', removeFromList],
  ['GET', 'lists/{}/leads', 'getListLeads', getListLeads],
  ['GET', 'lists', 'getLists', getLists],
  ['POST', 'programs/{}/members/status', 'programStatus', syncProgramStatus],
  ['POST', 'programs/{}/members', 'programMembers', syncProgramMembers],
  ['GET', 'programs/{}/members', 'getProgramMembers', getProgramMembers],
  ['POST', 'campaigns/{}/trigger', 'requestCampaign', requestCampaign],
  ['POST', 'companies', 'companies', syncCompanies],
  ['GET', 'companies', 'getCompanies', getCompanies],
  ['GET', 'companies/describe', 'describeCompanies', describeCompanies],
];

/** Paths of the bulk API. */
const bulkRows: typeof rows = [
  ['POST', 'leads', 'importLeads', importLeads],
  ['GET', 'leads/batch/{}', 'importStatus', getImportStatus],
  ['GET', 'leads/batch/{}/failures', 'importFailures', getImportFile('failures')],
  ['GET', 'leads/batch/{}/warnings', 'importWarnings', getImportFile('warnings')],
];

const allRows = [
  ...rows.map((row) => ['rest', ...row] as const),
  ...bulkRows.map((row) => ['bulk', ...row] as const),
];

const routes: readonly Route[] = allRows.map(([api, method, path, name, run]) => ({
  method,
  path: new RegExp(`^/${api}/v1/${path.replace('{}', '[^/]+')}\\.json$`),
  name,
  run,
}));

/** Undefined for a path that there is not; throws 605 for a method that the path does not take. */
export const routeOf = (method: string, path: string): Route | undefined => {
  const there = routes.filter((route) => route.path.test(path));
  const route = there.find((one) => one.method === method);
  if (route !== undefined || there.length === 0) return route;
  throw new RestError('605', `HTTP Method '${method}' not supported`);
};
