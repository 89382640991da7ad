import { once } from 'node:events';
import { connect } from 'node:net';

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** The last answer in what came back: before it, `100 Continue` may stand. */
const answerIn = (received: Buffer): RawAnswer => {
  const text = received.toString('latin1');
  const start = text.lastIndexOf('HTTP/1.1 ');
  const end = text.indexOf('\r\n\r\n', start);
  return { status: Number(text.slice(start + 9, start + 12)), body: text.slice(end + 4) };
};

/** A body in two chunks of the chunked transfer coding. */
const inChunks = (body: Buffer): Buffer => {
  const half = Math.ceil(body.length / 2);
  const parts = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`${part.length.toString(16)}\r\n`),
      part,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('0\r\n\r\n'),
  ]);
};

/**
 * Posts over a bare socket, so that nothing is added, renamed or put in order: the header lines
 * are exactly the given ones, with `Host`, `Connection` and the length or the transfer coding.
 */
export const rawPost = async (
  base: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  { chunked = false }: { readonly chunked?: boolean } = {},
): Promise<RawAnswer> => {
  const { hostname, port, host } = new URL(base);
  const length = chunked
    ? ['Transfer-Encoding: chunked']
    : [`Content-Length: ${String(body.length)}`];
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...length,
    'Connection: close',
  ];
  const socket = connect(Number(port), hostname);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.write(chunked ? inChunks(body) : body);
  await once(socket, 'end');
  socket.destroy();
  return answerIn(Buffer.concat(received));
};
