import type { Clock } from './ports.ts';
import { epochMs } from './segment/time.ts';

/** The clock of the machine that this runs on. */
export const systemClock: Clock = { now: () => epochMs(Date.now()) };
