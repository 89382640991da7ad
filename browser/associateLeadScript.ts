import { associateLead } from './associateLead.ts';

// For `data-identify="associateLead"`.
Object.assign(globalThis, { associateLead });
