import { describe, expect, it } from 'vitest';
import type { RestMarketo } from './restSupport.ts';
import { codeOf, resultsOf, skipped, startRest } from './restSupport.ts';
import { munchkinId, tokenA, tokenB } from './support.ts';

const find = (marketo: RestMarketo, query: string) =>
  marketo.rest('GET', `/rest/v1/leads.json?${query}`);
const idsOf = async (marketo: RestMarketo, query: string) =>
  resultsOf(await find(marketo, query)).map(({ id }) => id);
const cookieA = `id:${munchkinId}&token:${tokenA}`;

describe('a lookup field', () => {
  it('can be a custom string, integer or e-mail field, with leads that have no e-mail', async () => {
    const marketo = await startRest();
    const members = { lookupField: 'customerNumber' };
    const input = [{ customerNumber: 7, firstName: 'Ann' }, { customerNumber: 8 }];
    expect(resultsOf(await marketo.leads(input, members))).toEqual([
      { id: 1, status: 'created' },
      { id: 2, status: 'created' },
    ]);
    marketo.rest30();
    const update = [{ customerNumber: 7, email: 'ann@example.com' }, { firstName: 'No key' }];
    expect(resultsOf(await marketo.leads(update, members))).toEqual([
      { id: 1, status: 'updated' },
      skipped('1002', "Missing value for the required parameter 'customerNumber'"),
    ]);
    expect(marketo.simulator.leads()).toMatchObject([
      { email: 'ann@example.com', fields: { FirstName: 'Ann', customerNumber: '7' } },
      { email: null },
    ]);
  });

  it('can be the cookie, which the lead has then', async () => {
    const marketo = await startRest();
    const members = { lookupField: 'cookies' };
    const input = [{ cookies: cookieA, email: 'ann@example.com' }, { cookies: 'biscuit' }];
    expect(resultsOf(await marketo.leads(input, members))).toEqual([
      { id: 1, status: 'created' },
      skipped('1012', "Invalid cookie value 'biscuit'"),
    ]);
    marketo.rest30();
    expect(resultsOf(await marketo.leads([{ cookies: cookieA, city: 'Bern' }], members))).toEqual([
      { id: 1, status: 'updated' },
    ]);
    expect(marketo.simulator.leads()).toMatchObject([
      { email: 'ann@example.com', cookies: [tokenA], fields: { City: 'Bern' } },
    ]);
  });

  it.each(['firstName', 'mrr', 'trialEnds', 'nothing'])('cannot be %s', async (lookupField) => {
    const marketo = await startRest();
    const answer = await marketo.leads([{ email: 'a@example.com' }], { lookupField });
    expect(codeOf(answer)).toBe('1011');
    const listed = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe2.json'));
    expect(listed[0]?.['searchableFields']).not.toContainEqual([lookupField]);
  });

  it('of a kind that describe2 calls searchable works for a filter, too', async () => {
    const marketo = await startRest();
    marketo.simulator.createLead({ fields: { Plan: 'Pro', customerNumber: 7 } });
    const listed = resultsOf(await marketo.rest('GET', '/rest/v1/leads/describe2.json'));
    expect(listed[0]?.['searchableFields']).toEqual(
      expect.arrayContaining([['cookies'], ['email'], ['id'], ['Plan'], ['customerNumber']]),
    );
    expect(await idsOf(marketo, 'filterType=Plan&filterValues=pro,free')).toEqual([1]);
    expect(await idsOf(marketo, 'filterType=customerNumber&filterValues=7')).toEqual([1]);
    expect(codeOf(await find(marketo, 'filterType=firstName&filterValues=x'))).toBe('1011');
  });

  it.each(['createOrUpdate', 'createOnly'])('id is for updateOnly, not for %s', async (action) => {
    const marketo = await startRest();
    marketo.simulator.createLead({ email: 'ann@example.com' });
    const answer = await marketo.leads([{ id: 1, city: 'Bern' }], { action, lookupField: 'id' });
    expect(resultsOf(answer)).toEqual([skipped('1003')]);
  });

  it('id finds a lead whose e-mail others have as well', async () => {
    const marketo = await startRest();
    const { id } = marketo.simulator.createLead({ email: 'ann@example.com' });
    marketo.simulator.duplicateLead(id);
    const members = { action: 'updateOnly', lookupField: 'id' };
    const input = [{ id, email: 'ann@example.com', city: 'Bern' }];
    expect(resultsOf(await marketo.leads(input, members))).toEqual([{ id: 1, status: 'updated' }]);
    expect(marketo.simulator.leads().map(({ fields }) => fields)).toEqual([{ City: 'Bern' }, {}]);
  });
});

describe('a filter', () => {
  const many = async (count: number): Promise<RestMarketo> => {
    const marketo = await startRest();
    for (let one = 0; one < count; one += 1)
      marketo.simulator.createLead({ email: 'a@example.com' });
    return marketo;
  };

  it('gives its result page by page', async () => {
    const marketo = await many(5);
    const query = 'filterType=email&filterValues=A@example.com&batchSize=2';
    const first = await find(marketo, query);
    expect(resultsOf(first).map(({ id }) => id)).toEqual([1, 2]);
    const pages = [first];
    for (;;) {
      const { nextPageToken: token } = pages.at(-1)?.body as { nextPageToken?: string };
      if (token === undefined) break;
      pages.push(await find(marketo, `${query}&nextPageToken=${encodeURIComponent(token)}`));
    }
    expect(pages.map((page) => resultsOf(page).map(({ id }) => id))).toEqual([[1, 2], [3, 4], [5]]);
    expect(pages.map(({ body }) => 'moreResult' in body)).toEqual([true, true, false]);
    expect(codeOf(await find(marketo, `${query}&nextPageToken=2-AB======`))).toBe('1003');
    expect(codeOf(await find(marketo, `${query}&batchSize=x`.replace('=2&', '=x&')))).toBe('1003');
  });

  it('that more than 1,000 leads match is an error', async () => {
    const marketo = await many(1_001);
    const answer = await find(marketo, 'filterType=email&filterValues=a@example.com');
    expect(answer.body.errors).toEqual([
      { code: '1003', message: 'Too many results match the filter' },
    ]);
    marketo.simulator.deleteLead(1);
    expect(
      resultsOf(await find(marketo, 'filterType=email&filterValues=a@example.com')),
    ).toHaveLength(300);
  });

  it('gives the fields that it is asked for, cookies and partition among them', async () => {
    const marketo = await startRest({ schema: { partitions: [{ name: 'A' }, { name: 'B' }] } });
    marketo.simulator.createLead({
      email: 'a@example.com',
      cookies: [tokenA, tokenB],
      partition: 'B',
    });
    const answer = await find(
      marketo,
      `filterType=cookies&filterValues=${encodeURIComponent(cookieA)}&fields=cookies,leadPartitionId`,
    );
    expect(resultsOf(answer)).toEqual([
      { id: 1, cookies: `${cookieA},id:${munchkinId}&token:${tokenB}`, leadPartitionId: 2 },
    ]);
  });
});

describe('a lead by its id', () => {
  it('comes with the fields that are asked for', async () => {
    const marketo = await startRest();
    marketo.simulator.createLead({ email: 'a@example.com', fields: { mrr: 1.5 } });
    const answer = await marketo.rest('GET', '/rest/v1/lead/1.json?fields=email,mrr');
    expect(resultsOf(answer)).toEqual([{ id: 1, email: 'a@example.com', mrr: 1.5 }]);
    expect(codeOf(await marketo.rest('GET', '/rest/v1/lead/2.json'))).toBe('1004');
    expect(codeOf(await marketo.rest('GET', '/rest/v1/lead/1.json?fields=pants'))).toBe('1006');
  });
});
