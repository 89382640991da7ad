import type { IncomingHttpHeaders } from 'node:http';
import { OperationsError } from '../error.ts';

const here = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Lets in requests of this machine's own pages and programs only: the console shows personal data.
 * A name of somebody's own that leads to this machine (DNS rebinding) shows in `Host`, a page of
 * another site in `Origin`.
 * @throws OperationsError `denied`
 */
export const checkCaller = ({ host = '', origin }: IncomingHttpHeaders): void => {
  if (!here.test(host)) {
    throw new OperationsError(
      'denied',
      'the console answers at localhost, 127.0.0.1 and [::1] only: open it under one of these names',
    );
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new OperationsError('denied', 'pages of another site may not ask the console');
  }
};
