/** Writes lambdas/ingest/openapi.json, which ingest serves. */
import { writeFileSync } from 'node:fs';
import { openApi } from './openapi/document.ts';

const file = new URL('../lambdas/ingest/openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(openApi(), null, 2)}\n`);
