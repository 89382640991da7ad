import type { Simulator } from '../simulator.ts';
import type { Turn } from '../turn.ts';
import type { SoapRequest } from './envelope.ts';

/** Reads its parameters, does its work in the turn, and gives the `result` of its answer. */
export type Operation = (
  simulator: Simulator,
  turn: Turn,
  request: Pick<SoapRequest, 'params' | 'workspace'>,
) => Promise<object>;
