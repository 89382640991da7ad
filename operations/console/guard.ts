import type { IncomingHttpHeaders } from 'node:http';
import { foreignHeader } from '../../simulator/loopback.ts';
import { OperationsError } from '../error.ts';

const reasons = {
  host: 'the console answers at localhost, 127.0.0.1 and [::1] only: open it under one of these names',
  origin: 'pages of another site may not ask the console',
} as const;

/**
 * Lets in requests of this machine's own pages and programs only: the console shows personal data.
 * @throws OperationsError `denied`
 */
export const checkCaller = (headers: IncomingHttpHeaders): void => {
  const foreign = foreignHeader(headers);
  if (foreign !== undefined) throw new OperationsError('denied', reasons[foreign]);
};
