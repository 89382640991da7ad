import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Marketo } from './support.ts';
import { cookie, record, startMarketo, textOf, tokenA, visitQuery } from './support.ts';

let folder = '';
let dataPath = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketo-'));
  dataPath = join(folder, 'deep', 'marketo.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const fill = async (marketo: Marketo): Promise<void> => {
  await marketo.visit(visitQuery);
  await marketo.syncLead(
    record('ann@example.com', { City: 'Bern' }),
    `<returnLead>false</returnLead><marketoCookie>${cookie(tokenA)}</marketoCookie>`,
  );
  await marketo.visit(visitQuery);
  await marketo.syncLead(record('bob@example.com', { pants: 'x' }));
  marketo.simulator.addActivity({
    lead: 1,
    date: '2026-01-15T17:59:00Z',
    typeId: 100_001,
    primaryAttributeValue: 'order-7',
    attributes: { total: '19.9' },
  });
};
const contents = ({ simulator }: Marketo): unknown => [
  simulator.leads(),
  simulator.visits(),
  simulator.activities(),
  simulator.calls(),
];

describe('with a data path', () => {
  it('a restart keeps leads, visits, activities and calls', async () => {
    const before = await startMarketo({ dataPath });
    await fill(before);
    const after = await startMarketo({ dataPath });
    expect(contents(after)).toEqual(contents(before));
    expect(after.simulator.leads()).toHaveLength(1);
    expect(after.simulator.activities()).toMatchObject([{ email: 'ann@example.com' }]);
    const again = await startMarketo({ dataPath });
    expect(contents(again)).toEqual(contents(before));
  });

  it('a restart keeps the locks and the day’s count', async () => {
    const schema = { limits: { callsPerDay: 3 } };
    await fill(await startMarketo({ dataPath, schema }));
    const after = await startMarketo({ dataPath, schema });
    after.clock.advance(29_999);
    const { text } = await after.syncLead(record('ann@example.com'));
    expect(text).toContain('Exceeded lock attempts');
    after.clock.advance(1);
    expect(textOf((await after.syncLead(record('ann@example.com'))).text, 'code')).toBe('20015');
  });

  it('a write that was cut off in the middle is left out', async () => {
    const before = await startMarketo({ dataPath });
    await fill(before);
    appendFileSync(dataPath, '{"kind":"lead","lead":{"id":2,"ema');
    const after = await startMarketo({ dataPath });
    expect(contents(after)).toEqual(contents(before));
    await after.syncLead(record('bob@example.com'));
    expect((await startMarketo({ dataPath })).simulator.leads()).toHaveLength(2);
  });

  it('a journal that is broken elsewhere is refused, with its line', async () => {
    await fill(await startMarketo({ dataPath }));
    writeFileSync(dataPath, `${readFileSync(dataPath, 'utf8')}broken\n`);
    await expect(startMarketo({ dataPath })).rejects.toThrow(/line \d+ .* is not JSON/);
  });

  it('a reset empties the journal too', async () => {
    const before = await startMarketo({ dataPath });
    await fill(before);
    before.simulator.reset();
    expect((await startMarketo({ dataPath })).simulator.leads()).toEqual([]);
  });

  it('what was answered survives kill -9', async () => {
    const server = new URL('../../simulator/server.ts', import.meta.url).href;
    const script = `
      const { serveSimulator } = await import(${JSON.stringify(server)});
      const { munchkinEndpoint } = await serveSimulator({
        port: 0,
        clock: Date,
        munchkinId: ${JSON.stringify(visitQuery._mchId)},
        credentials: { userId: 'u', encryptionKey: 'k' },
        dataPath: ${JSON.stringify(dataPath)},
      });
      console.log(munchkinEndpoint);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    try {
      const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
      const query = new URLSearchParams(visitQuery).toString();
      await fetch(`${url}/webevents/visitWebPage?${query}`, { method: 'POST' });
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
    const after = await startMarketo({ dataPath });
    expect(after.simulator.visits()).toMatchObject([{ token: tokenA }]);
  });
});
