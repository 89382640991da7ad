import { SoapFault } from './codes.ts';
import { readSequence } from './sequence.ts';
import type { Element } from './xml.ts';
import { parseXml } from './xml.ts';

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';
export const mktowsNamespace = 'http://www.marketo.com/mktows/';

export interface SoapRequest {
  /** `syncLead` where the body holds `paramsSyncLead`. */
  readonly operation: string;
  readonly params: Element;
  readonly authentication?: {
    readonly userId: string;
    readonly signature: string;
    readonly timestamp: string;
  };
  /** Of the MktowsContextHeader. */
  readonly workspace?: string;
}

const readAuthentication = (header: Element): NonNullable<SoapRequest['authentication']> => {
  const { mktowsUserId, requestSignature, requestTimestamp } = readSequence(header, [
    { name: 'mktowsUserId', missing: '20014' },
    { name: 'requestSignature', missing: '20014' },
    { name: 'requestTimestamp', missing: '20014' },
    { name: 'audit' },
    { name: 'mode' },
  ]);
  return {
    userId: mktowsUserId?.text ?? '',
    signature: requestSignature?.text ?? '',
    timestamp: requestTimestamp?.text ?? '',
  };
};

const isSoap = (element: Element | undefined, name: string): boolean =>
  element?.namespace === soapNamespace && element.name === name;

/** `paramsSyncLead` → `syncLead` */
const operationOf = (params: Element): string => {
  if (params.namespace !== mktowsNamespace) {
    throw new SoapFault('20012', `${params.name} must be in the namespace ${mktowsNamespace}`);
  }
  const [, first, rest] = /^params([A-Z])(\w+)$/.exec(params.name) ?? [];
  if (first === undefined || rest === undefined) throw new SoapFault('20019', params.name);
  return first.toLowerCase() + rest;
};

/** Reads a SOAP 1.1 request: an envelope, perhaps a header, and a body with one element. */
export const readEnvelope = (text: string): SoapRequest => {
  const envelope = parseXml(text);
  if (!isSoap(envelope, 'Envelope')) {
    throw new SoapFault('20012', `the root element must be Envelope of ${soapNamespace}`);
  }
  const [first, second] = envelope.children;
  const header = isSoap(first, 'Header') ? first : undefined;
  const body = header === undefined ? first : second;
  if (body === undefined || !isSoap(body, 'Body')) {
    throw new SoapFault('20012', 'the envelope must hold a Header, if any, and then a Body');
  }
  const [params, ...more] = body.children;
  if (params === undefined || more.length > 0) {
    throw new SoapFault('20012', 'the Body must hold exactly one element');
  }
  const headerOf = (wanted: string): Element | undefined =>
    header?.children.find(
      ({ namespace, name }) => namespace === mktowsNamespace && name === wanted,
    );
  const authentication = headerOf('AuthenticationHeader');
  const workspace = headerOf('MktowsContextHeader')?.children.find(
    ({ name }) => name === 'targetWorkspace',
  )?.text;
  return {
    operation: operationOf(params),
    params,
    ...(authentication && { authentication: readAuthentication(authentication) }),
    ...(workspace !== undefined && workspace !== '' && { workspace }),
  };
};
