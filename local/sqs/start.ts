import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { serveSqs } from './server.ts';

/* `npm start -w local/sqs -- --port 9324 --data queues.jsonl`: serves queues until Ctrl-C. */

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9324' },
    data: { type: 'string' },
  },
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new Error(`--port takes a whole number from 0 to 65535, not ${values.port}`);

const sqs = await serveSqs({ port, journalPath: values.data });
process.stdout.write(`ready (Ctrl-C ends it)\n  AWS_ENDPOINT_URL_SQS: ${sqs.url}\n`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await sqs.close();
