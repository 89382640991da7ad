import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { deliveredIn, withBuilt, type Delivered } from './bundles.ts';

/** Of each file, gzipped. */
const maxBytes = 3 * 1_024;

let delivered: Delivered;

beforeAll(async () => {
  delivered = await withBuilt(deliveredIn);
});

describe('what is delivered to browsers', () => {
  it.each(['script', 'module'] as const)('has at most 3 KB gzipped: the %s', (name) => {
    const bytes = gzipSync(delivered[name], { level: 9 }).length;
    expect(bytes).toBeLessThanOrEqual(maxBytes);
  });

  it('imports nothing and knows no number of the pipeline that it does not need', () => {
    for (const file of [delivered.script, delivered.module]) {
      expect(file.toString()).not.toMatch(/\bimport\b|\brequire\(|\bprocess\./);
      expect(file.toString()).not.toMatch(/functionTimeoutSeconds|mailboxKeepMs/);
    }
    expect(delivered.module.toString()).toMatch(/export\{\w+ as marketo\};?\s*$/);
  });
});

/** What the compiler says of a program that has the plugin's files beside it. */
const complaints = (program: string): Promise<readonly string[]> =>
  withBuilt(async (folder) => {
    const file = join(folder, 'page.mts');
    await writeFile(file, program);
    const compiler = ts.createProgram([file], {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
      typeRoots: [],
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      skipLibCheck: true,
      paths: {
        '@segment/analytics-next': [
          join(
            import.meta.dirname,
            '../../node_modules/@segment/analytics-next/dist/types/index.d.ts',
          ),
        ],
      },
    });
    return ts
      .getPreEmitDiagnostics(compiler)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });

describe('the types', () => {
  const required = "munchkinId: '123-ABC-456', endpoint: 'https://x.example', writeKey: 'k'";

  it('make a plugin that analytics.js registers', async () => {
    const program = `
      import { AnalyticsBrowser, type Plugin } from '@segment/analytics-next';
      import { marketo } from './marketo.mjs';
      const analytics = AnalyticsBrowser.load({ writeKey: 'of-segment' });
      const plugin: Plugin = marketo({ ${required}, consent: () => true });
      void analytics.register(plugin);`;
    expect(await complaints(program)).toEqual([]);
  });

  it('refuse an option that does not exist', async () => {
    const program = `
      import { marketo } from './marketo.mjs';
      marketo({ ${required}, identfy: 'server' });`;
    expect((await complaints(program)).join()).toContain('identfy');
  });
});
