import { validateXML } from 'xmllint-wasm';
import { mktowsNamespace, soapSchema } from '../../../lambdas/marketo/soap/soapSchema.ts';

/** SOAP 1.1's envelope as far as we use it; what is inside must be declared by Marketo's schema. */
const envelopeSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://schemas.xmlsoap.org/soap/envelope/" elementFormDefault="qualified">
  <xs:import namespace="${mktowsNamespace}" schemaLocation="marketo.xsd"/>
  <xs:element name="Envelope">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="Header" minOccurs="0">
          <xs:complexType>
            <xs:sequence>
              <xs:any namespace="${mktowsNamespace}" maxOccurs="unbounded" processContents="strict"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
        <xs:element name="Body">
          <xs:complexType>
            <xs:sequence>
              <xs:any namespace="${mktowsNamespace}" processContents="strict"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>`;

/**
 * Validates SOAP envelopes (requests, or answers that are no faults) against the schema in our WSDL.
 * Returns xmllint's complaints, each with the number of its envelope; none: all are valid.
 */
export const complaints = async (envelopes: readonly string[]): Promise<readonly string[]> => {
  if (envelopes.length === 0) return [];
  const { errors } = await validateXML({
    xml: envelopes.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
    schema: [{ fileName: 'envelope.xsd', contents: envelopeSchema }],
    preload: [{ fileName: 'marketo.xsd', contents: soapSchema }],
    initialMemoryPages: 1024,
    maxMemoryPages: 16_384,
  });
  return errors.map(({ rawMessage }) => rawMessage);
};
