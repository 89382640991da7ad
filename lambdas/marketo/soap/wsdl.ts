import { mktowsNamespace, soapSchema } from './soapSchema.ts';

/** Each operation with the headers that its request may carry, authentication first. */
const operations = {
  syncLead: ['AuthenticationHeader', 'MktowsContextHeader'],
  syncMultipleLeads: ['AuthenticationHeader'],
  getLead: ['AuthenticationHeader'],
  describeMObject: ['AuthenticationHeader'],
} as const;

export type SoapOperation = keyof typeof operations;

const raised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const message = (name: string, part: string, element: string): string =>
  `  <wsdl:message name="${name}"><wsdl:part name="${part}" element="mkt:${element}"/></wsdl:message>`;

const each = (line: (name: string, headers: readonly string[]) => string): string =>
  Object.entries(operations)
    .map(([name, headers]) => line(name, headers))
    .join('\n');

/**
 * The WSDL of what we use of Marketo's SOAP API (SOAP 1.1, document/literal), as text: the `soap`
 * package makes clients and servers from it without a file or the network, inside a bundle too.
 * The namespace's prefix must not be `tns`: that one the package leaves out of what it writes.
 */
export const marketoWsdl = `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="mktows" targetNamespace="${mktowsNamespace}" xmlns:mkt="${mktowsNamespace}" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <wsdl:types>
${soapSchema}
  </wsdl:types>
${message('AuthenticationHeader', 'header', 'AuthenticationHeader')}
${message('MktowsContextHeader', 'header', 'MktowsContextHeader')}
${each(
  (name) =>
    `${message(`${raised(name)}Request`, 'params', `params${raised(name)}`)}
${message(`${raised(name)}Response`, 'success', `success${raised(name)}`)}`,
)}
  <wsdl:portType name="MktowsPort">
${each(
  (name) =>
    `    <wsdl:operation name="${name}"><wsdl:input message="mkt:${raised(name)}Request"/><wsdl:output message="mkt:${raised(name)}Response"/></wsdl:operation>`,
)}
  </wsdl:portType>
  <wsdl:binding name="MktowsApiSoapBinding" type="mkt:MktowsPort">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
${each(
  (name, headers) => `    <wsdl:operation name="${name}">
      <soap:operation soapAction="${mktowsNamespace}${name}"/>
      <wsdl:input>
${headers.map((header) => `        <soap:header use="literal" part="header" message="mkt:${header}"/>`).join('\n')}
        <soap:body use="literal"/>
      </wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>`,
)}
  </wsdl:binding>
  <wsdl:service name="MktMktowsApiService">
    <wsdl:port name="MktowsApiSoapPort" binding="mkt:MktowsApiSoapBinding">
      <soap:address location="https://000-AAA-000.mktoapi.com/soap/mktows/3_1"/>
    </wsdl:port>
  </wsdl:service>
</wsdl:definitions>
`;
