import type { Simulator } from '../simulator.ts';
import type { Turn } from '../turn.ts';
import type { RestRequest } from './request.ts';

/** Does its work in the turn and gives what its answer holds beside `requestId` and `success`. */
export type Operation = (simulator: Simulator, turn: Turn, request: RestRequest) => Promise<object>;
