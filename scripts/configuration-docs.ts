import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { settingsList, secretVariables } from '../lambdas/settings.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (text: string): string => `\`${text}\``;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n');

/** All settings as a Markdown table, from the schema. */
export const settingsTable = (): string =>
  table(
    ['Setting', 'Variable', 'Value', 'Default', 'What it does'],
    settingsList().map((one) => {
      const fallback = one.default === undefined ? 'none' : code(JSON.stringify(one.default));
      return [
        code(one.path),
        code(one.variable),
        one.values,
        one.required ? '**required**' : fallback,
        one.description,
      ];
    }),
  );

const secretsTable = (): string =>
  table(
    ['Variable (one machine)', 'Secret (deployed)', 'Key in its JSON', 'What it is'],
    Object.entries(secretVariables).map(([variable, { secret, key, description }]) => [
      code(variable),
      code(`<stackName>/${secret}`),
      code(key),
      description,
    ]),
  );

/** The text of `docs/configuration.md`. */
export const configurationPage = (): string => `# Configuration

<!-- Made from the schema in lambdas/settings/settingsSchema.ts by scripts/configuration-docs.ts; edit there. -->

Settings stand in \`settings.json\` in the project folder (\`settings.example.json\` is one to copy;
\`SETTINGS_FILE\` names another). A dot in a name is a level in the file:

\`\`\`json
{ "marketo": { "munchkinId": "561-HYG-937" }, "holdDays": 14 }
\`\`\`

Each setting also has an environment variable, which wins over the file. Its text is the value
itself where the value is plain text, and JSON where it is not: \`HOLD_DAYS=14\`,
\`HASH_ALLOWED_ORIGINS='["https://www.example.com"]'\`.

Nothing is guessed: a setting that is missing, unknown, empty or of the wrong kind stops the
deployment, and the message names all that are, with both names and what to do.

## Settings

${settingsTable()}

## Secrets

Secrets are no settings and never stand in \`settings.json\`. A deployment makes three secrets in AWS
Secrets Manager: the write key is generated, the others are blank JSON for you to fill in. On one
machine they come from environment variables. The key \`unused\` in two of the secrets is there
because Secrets Manager cannot make a JSON value without a generated part.

${secretsTable()}
`;

if (import.meta.main) {
  const page = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
  await writeFile(page, configurationPage());
}
