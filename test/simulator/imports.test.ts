import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, startRest } from './restSupport.ts';

const second = 1_000;

/** Uploads a file as Adobe's page on Bulk Lead Import has it. */
const upload = async (marketo: RestMarketo, file: string, query = 'format=csv') => {
  const form = new FormData();
  form.set('file', new Blob([file], { type: 'text/csv' }), 'leads.csv');
  return marketo.send(`/bulk/v1/leads.json?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await marketo.token()}` },
    body: form,
  });
};

const idOf = async (answer: ReturnType<typeof upload>): Promise<number> =>
  Number(resultsOf(await answer)[0]?.['batchId']);

const statusOf = async (marketo: RestMarketo, id: number) =>
  resultsOf(await marketo.rest('GET', `/bulk/v1/leads/batch/${id}.json`))[0];

const rowsOf = async (marketo: RestMarketo, id: number, what: 'failures' | 'warnings') =>
  (await marketo.rest('GET', `/bulk/v1/leads/batch/${id}/${what}.json`)).text;

const three =
  'email,firstName\na@example.com,Ada\nb@example.com,"Grace, or ""G"""\nc@example.com,C\n';

describe('a bulk import', () => {
  it('waits, works and ends, and its leads are there when it has ended', async () => {
    const marketo = await startRest();
    const id = await idOf(upload(marketo, three));
    expect(await statusOf(marketo, id)).toMatchObject({ batchId: id, status: 'Importing' });
    expect(marketo.simulator.leads()).toEqual([]);
    marketo.clock.advance(second);
    expect(await statusOf(marketo, id)).toMatchObject({
      status: 'Complete',
      numOfLeadsProcessed: 3,
      numOfRowsFailed: 0,
      numOfRowsWithWarning: 0,
      message: 'Import succeeded, 3 records imported (3 members)',
    });
    expect(marketo.simulator.leads('b@example.com')).toMatchObject([
      { fields: { FirstName: 'Grace, or "G"' } },
    ]);
  });

  it('says which rows it did not take, and which it did not take whole, with the reason behind them', async () => {
    const marketo = await startRest();
    const id = await idOf(
      upload(marketo, 'email,Logins\na@example.com,7\n,8\nc@example.com,many\n'),
    );
    marketo.clock.advance(second);
    expect(await statusOf(marketo, id)).toMatchObject({
      numOfLeadsProcessed: 2,
      numOfRowsFailed: 1,
      numOfRowsWithWarning: 1,
      message: 'Import completed with errors, 2 records imported (2 members), 1 failed',
    });
    expect(await rowsOf(marketo, id, 'failures')).toMatch(
      /^email,Logins,Import Failure Reason\n,8,Missing value .*\n$/,
    );
    expect(await rowsOf(marketo, id, 'warnings')).toMatch(
      /^email,Logins,Import Warning Reason\nc@example\.com,many,Invalid value .*\n$/,
    );
    expect(marketo.simulator.leads('c@example.com')).toMatchObject([{ fields: {} }]);
  });

  it('works on two jobs at once, and refuses an eleventh in the queue with 1016', async () => {
    const marketo = await startRest();
    const ids: number[] = [];
    for (let job = 0; job < 10; job += 1)
      ids.push(await idOf(upload(marketo, `email,firstName\n${job}@example.com,A\n`)));
    const statuses = await Promise.all(ids.map((id) => statusOf(marketo, id)));
    expect(statuses.filter((one) => one?.['status'] === 'Importing')).toHaveLength(2);
    expect(codeOf(await upload(marketo, three))).toBe('1016');
    marketo.clock.advance(second);
    expect(await statusOf(marketo, ids[9] ?? 0)).toMatchObject({ status: 'Complete' });
    await idOf(upload(marketo, three));
  });

  it.each([
    ['a field that there is not', 'email,pants\na@example.com,1\n', 'format=csv', '1006'],
    ['no column of the lookup field', 'firstName\nAda\n', 'format=csv', '1002'],
    ['another format', three, 'format=xml', '1003'],
    ['no rows', 'email\n', 'format=csv', '1003'],
    ['a list that there is not', three, 'format=csv&listId=9', '1013'],
  ])('refuses a file with %s', async (_, file, query, code) => {
    expect(codeOf(await upload(await startRest(), file, query))).toBe(code);
  });

  it('refuses what is no form with 613, and a file of 10 MB', async () => {
    const marketo = await startRest();
    expect(codeOf(await marketo.rest('POST', '/bulk/v1/leads.json?format=csv', {}))).toBe('613');
    const file = `email,firstName\na@example.com,${'x'.repeat(10_000_000)}\n`;
    expect((await upload(marketo, file)).status).toBe(413);
  });

  it('updates by id alone, fills a list, and lets no second job fill it at once', async () => {
    const marketo = await startRest();
    await marketo.leads([{ email: 'a@example.com' }]);
    marketo.rest30();
    const file = 'id,firstName\n1,Ada\n9,Nobody\n';
    const id = await idOf(upload(marketo, file, 'format=csv&lookupField=id&listId=1001'));
    expect(codeOf(await upload(marketo, three, 'format=csv&listId=1001'))).toBe('1019');
    marketo.clock.advance(second);
    expect(await statusOf(marketo, id)).toMatchObject({
      numOfLeadsProcessed: 1,
      numOfRowsFailed: 1,
    });
    expect(marketo.simulator.state.members(1_001)).toEqual([1]);
  });

  it('is a sync of its leads from its upload to its end', async () => {
    const marketo = await startRest();
    await idOf(upload(marketo, three));
    await marketo.leads([{ email: 'a@example.com' }]);
    expect(marketo.simulator.lockFaults).toBe(1);
    marketo.clock.advance(31 * second);
    await marketo.leads([{ email: 'a@example.com' }]);
    expect(marketo.simulator.lockFaults).toBe(1);
    await upload(marketo, three);
    expect(marketo.simulator.lockFaults).toBe(2);
  });

  it('fails as a whole, takes longer, or refuses a row where a fault says so', async () => {
    const marketo = await startRest();
    marketo.simulator.inject({ target: 'importJob', code: '611', message: 'out of order' });
    const failed = await idOf(upload(marketo, three));
    marketo.clock.advance(31 * second);
    expect(await statusOf(marketo, failed)).toMatchObject({
      status: 'Failed',
      message: 'out of order',
    });
    marketo.simulator.inject({ target: 'importJob', delayMs: 60_000 });
    marketo.simulator.inject({
      target: 'importJob',
      level: 'record',
      code: '1003',
      message: 'no thanks',
      email: 'c@example.com',
    });
    const slow = await idOf(upload(marketo, three));
    marketo.clock.advance(60 * second);
    expect(await statusOf(marketo, slow)).toMatchObject({ status: 'Importing' });
    marketo.clock.advance(second);
    expect(await statusOf(marketo, slow)).toMatchObject({ numOfRowsFailed: 1 });
    expect(await rowsOf(marketo, slow, 'failures')).toContain('c@example.com,C,no thanks');
  });

  it('is known for seven days', async () => {
    const marketo = await startRest();
    const id = await idOf(upload(marketo, three));
    marketo.clock.advance(7 * 86_400 * second);
    expect(codeOf(await marketo.rest('GET', `/bulk/v1/leads/batch/${id}.json`))).toBe('1013');
  });
});
