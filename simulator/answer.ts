/** An HTTP answer, or the end of the connection without one. */
export type HttpAnswer =
  { readonly status: number; readonly type: string; readonly body: string } | 'drop';

export const plain = (status: number, body: string): HttpAnswer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body,
});

export const json = (status: number, value: unknown): HttpAnswer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value, null, 2)}\n`,
});
