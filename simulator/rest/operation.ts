import type { Simulator } from '../simulator.ts';
import type { Turn } from '../turn.ts';
import type { RestRequest } from './request.ts';

/** An answer that is a file, and no JSON. */
export class FileAnswer {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Does its work in the turn and gives what its answer holds beside `requestId` and `success`, or a file. */
export type Operation = (simulator: Simulator, turn: Turn, request: RestRequest) => Promise<object>;
