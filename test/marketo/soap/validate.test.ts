import { expect, it } from 'vitest';
import { complaints } from './validate.ts';

const request = (header: string, body: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://www.marketo.com/mktows/"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

const header =
  '<m:AuthenticationHeader><mktowsUserId>u</mktowsUserId><requestSignature>s</requestSignature><requestTimestamp>t</requestTimestamp></m:AuthenticationHeader>';
const body =
  '<m:paramsSyncLead><leadRecord><Email>a@example.com</Email></leadRecord><returnLead>false</returnLead><marketoCookie>c</marketoCookie></m:paramsSyncLead>';

it('the schema takes a request that is right', async () => {
  expect(await complaints([request(header, body)])).toEqual([]);
});

it.each([
  [
    'children in another order',
    header,
    body.replace(/(<leadRecord>.*<\/leadRecord>)(<returnLead>.*<\/returnLead>)/, '$2$1'),
  ],
  ['a child in the namespace', header, body.replaceAll('leadRecord>', 'm:leadRecord>')],
  ['an operation outside the namespace', header, body.replaceAll('m:params', 'params')],
  ['no returnLead', header, body.replace('<returnLead>false</returnLead>', '')],
  [
    'an attribute without a value',
    header,
    body.replace(
      '</Email>',
      '</Email><leadAttributeList><attribute><attrName>A</attrName></attribute></leadAttributeList>',
    ),
  ],
  [
    'a nil value',
    header,
    body.replace(
      '</Email>',
      '</Email><leadAttributeList><attribute><attrName>A</attrName><attrValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></attribute></leadAttributeList>',
    ),
  ],
  ['a misspelt child', header, body.replaceAll('marketoCookie', 'marketocookie')],
  [
    'header children in another order',
    header.replace(
      /(<mktowsUserId>.*<\/mktowsUserId>)(<requestSignature>.*<\/requestSignature>)/,
      '$2$1',
    ),
    body,
  ],
  ['an unknown header', '<m:PantsHeader/>', body],
])('the schema refuses a request with %s', async (_what, headers, params) => {
  expect(await complaints([request(headers, params)])).not.toEqual([]);
});
