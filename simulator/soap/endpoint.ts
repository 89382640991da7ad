import type { HttpAnswer } from '../answer.ts';
import { plain } from '../answer.ts';
import { Injected } from '../faults.ts';
import { Refusal } from '../refusal.ts';
import type { Simulator } from '../simulator.ts';
import { faultOfRefusal, refusesBeforeWork, SoapFault } from './codes.ts';
import { mktowsNamespace, readEnvelope } from './envelope.ts';
import { operations } from './operations.ts';
import { authenticate } from './signature.ts';
import { writeFault, writeSuccess } from './write.ts';

interface SoapHttpRequest {
  readonly body: string;
  readonly contentType: string | undefined;
  readonly action: string | undefined;
}

const xml = (status: number, body: string): HttpAnswer => ({
  status,
  type: 'text/xml; charset=utf-8',
  body,
});

/** SOAP 1.1 asks for the header, its value in quotes. */
const checkAction = (action: string | undefined, operation: string): void => {
  const expected = `"${mktowsNamespace}${operation}"`;
  if (action !== expected && `"${action ?? ''}"` !== expected) {
    throw new SoapFault('20012', `the header SOAPAction must be ${expected}`);
  }
};

interface Outcome {
  readonly answer: HttpAnswer;
  readonly code: string | null;
  readonly message: string | null;
}

const faulted = (fault: SoapFault, status = 500): Outcome => ({
  answer: xml(status, writeFault(fault)),
  code: fault.code,
  message: fault.text,
});

const failed = (error: unknown, operation: string): Outcome => {
  if (error instanceof SoapFault) return faulted(error);
  if (error instanceof Refusal) return faulted(faultOfRefusal(error, operation));
  if (!(error instanceof Injected)) {
    // A mistake of this server's own: as Marketo says it, but telling what happened.
    return faulted(new SoapFault('10001', `the simulated Marketo failed: ${String(error)}`));
  }
  const { code, status = 500, message = '', drop } = error.fault;
  if (code !== undefined) return faulted(new SoapFault(code, error.fault.message), status);
  const answer = drop === true ? 'drop' : plain(status, message);
  return { answer, code: null, message: drop === true ? 'connection closed' : message };
};

/** Answers one request to the SOAP endpoint and records the call. */
export const answerSoap = async (
  simulator: Simulator,
  { body, contentType, action }: SoapHttpRequest,
): Promise<HttpAnswer> => {
  if (!/^text\/xml\b/i.test(contentType ?? '')) {
    return plain(415, 'SOAP 1.1 asks for Content-Type: text/xml; charset=utf-8\n');
  }
  const turn = simulator.open({ name: 'soap', refusesBeforeWork });
  let operation = 'unknown';
  const close = ({ answer, code, message }: Outcome, cause?: unknown): HttpAnswer => {
    turn.close({ status: answer === 'drop' ? 0 : answer.status, code, message, cause });
    return answer;
  };
  try {
    const request = readEnvelope(body);
    operation = request.operation;
    turn.names(operation);
    checkAction(action, operation);
    authenticate(request.authentication, simulator.options.credentials, simulator.now());
    const run = operations.get(operation);
    if (run === undefined) throw new SoapFault('20019', operation);
    turn.enter();
    const result = await run(simulator, turn, request);
    return close({ answer: xml(200, writeSuccess(operation, result)), code: null, message: null });
  } catch (error) {
    return close(failed(error, operation), error);
  }
};
