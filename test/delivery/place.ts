/** Where the account on this machine is said to be. */
export const account = '123456789012';
export const region = 'eu-west-1';

export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An answer of AWS's query protocol. */
export const xml = (operation: string, result: string, namespace: string): Reply => ({
  type: 'text/xml',
  body: `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`,
});
