import { writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { said } from '../lambdas/marketo/mapping/described.ts';
import { objectRoots, valueRoots } from '../lambdas/marketo/mapping/paths.ts';
import { pathSchema } from '../lambdas/marketo/mapping/sources.ts';
import { mappingSchema } from '../lambdas/marketo/mapping/mappingSchema.ts';

const pathPattern = `^(?:(?:${objectRoots.join('|')})(?:\\..+)?|${valueRoots.join('|')})$`;

/** The text of `mapping.schema.json`, by which an editor completes and checks a mapping file. */
export const mappingJsonSchema = (): string => {
  const schema = z.toJSONSchema(mappingSchema, {
    // What the file may say, not what becomes of it.
    io: 'input',
    reused: 'ref',
    override: ({ zodSchema, jsonSchema }) => {
      const description = said.get(zodSchema)?.description;
      if (description !== undefined) jsonSchema.description = description;
      if (zodSchema === pathSchema) jsonSchema.pattern = pathPattern;
    },
  });
  return `${JSON.stringify({ ...schema, title: 'Mapping of marketo-destination' }, null, 2)}\n`;
};

if (import.meta.main)
  writeFileSync(new URL('../mapping.schema.json', import.meta.url), mappingJsonSchema());
