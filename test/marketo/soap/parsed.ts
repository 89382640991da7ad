import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  processEntities: { maxTotalExpansions: Infinity, maxExpandedLength: Infinity },
  isArray: (name) => name === 'attribute' || name === 'leadRecord',
});

interface ParsedRecord {
  readonly Email: string;
  readonly leadAttributeList?: {
    readonly attribute: readonly { readonly attrName: string; readonly attrValue: string }[];
  };
}

/** The lead records of a request, read by a parser that is not the client's. */
export const recordsIn = (body: string): readonly ParsedRecord[] => {
  const parsed = parser.parse(body) as {
    'soap:Envelope': {
      'soap:Body': {
        'mkt:paramsSyncLead'?: { leadRecord: ParsedRecord[] };
        'mkt:paramsSyncMultipleLeads'?: { leadRecordList: { leadRecord: ParsedRecord[] } };
      };
    };
  };
  const params = parsed['soap:Envelope']['soap:Body'];
  return (
    params['mkt:paramsSyncLead']?.leadRecord ??
    params['mkt:paramsSyncMultipleLeads']?.leadRecordList.leadRecord ??
    []
  );
};
