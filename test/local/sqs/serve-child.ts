import { serveSqs } from '../../../local/sqs/server.ts';

/** Serves a journalled twin until it is killed; prints its URL. For the tests that kill it. */
const [journalPath] = process.argv.slice(2);
const { url } = await serveSqs({ port: 0, journalPath });
process.stdout.write(`${url}\n`);
