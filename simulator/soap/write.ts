import type { SoapFault } from './codes.ts';
import { mktowsNamespace } from './envelope.ts';

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // A bare carriage return would be read as a line feed.
  '\r': '&#13;',
};

const escaped = (text: string): string => text.replace(/[&<>\r]/g, (one) => references[one] ?? one);

/** null becomes `xsi:nil`, an array one element for each of its items. */
const element = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  if (value === null) return `<${name} xsi:nil="true"/>`;
  return `<${name}>${content(value)}</${name}>`;
};

const content = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, one]) => element(name, one))
        .join('')
    : escaped(String(value));

const namespaces = [
  'xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  `xmlns:ns1="${mktowsNamespace}"`,
].join(' ');

const envelope = (body: object): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope ${namespaces}>${element('SOAP-ENV:Body', body)}</SOAP-ENV:Envelope>
`;

/** The answer to `syncLead` is a `successSyncLead`. */
export const writeSuccess = (operation: string, result: object): string => {
  const name = `ns1:success${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
  return envelope({ [name]: { result } });
};

export const writeFault = ({ code, meaning, text }: SoapFault): string =>
  envelope({
    'SOAP-ENV:Fault': {
      faultcode: 'SOAP-ENV:Client',
      faultstring: `${code} - ${meaning}`,
      detail: {
        'ns1:serviceException': {
          name: 'mktServiceException',
          message: `${text} (${code})`,
          code,
        },
      },
    },
  });
