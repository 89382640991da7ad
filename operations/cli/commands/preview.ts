import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Json } from '../../../lambdas/segment/event.ts';
import { epochMs } from '../../../lambdas/segment/time.ts';
import { mappingOf, readSettings, SettingsError } from '../../../lambdas/settings.ts';
import { OperationsError } from '../../error.ts';
import { previewOf } from '../../preview/preview.ts';
import type { Preview } from '../../preview/types.ts';
import type { Cli } from '../command.ts';
import { exits } from '../exits.ts';
import { plain } from '../table.ts';

const eventIn = (file: string): Json => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new OperationsError('bad-input', `${file} cannot be read`, { cause: error });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new OperationsError('bad-input', `${file} is not JSON: give a file with one event`, {
      cause: error,
    });
  }
};

const textOf = (preview: Preview): string => {
  if (preview.stopped !== undefined) return preview.stopped;
  const said = (value: unknown): string => plain(JSON.stringify(value));
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  return [
    `Lead: ${plain(preview.lead ?? '')}`,
    ...(preview.dropped === undefined ? [] : [`Dropped: ${plain(preview.dropped)}`]),
    ...part(
      'Fields',
      preview.fields.map(
        ({ field, value, by }) => `${plain(field)} = ${said(value)}  (${plain(by)})`,
      ),
    ),
    ...part(
      'Memberships',
      preview.memberships.map(({ register, value }) => `${register} = ${said(value)}`),
    ),
    ...part(
      'Company',
      (preview.company?.values ?? []).map(({ register, value }) => `${register} = ${said(value)}`),
    ),
    ...part('Activity', preview.activity === undefined ? [] : [said(preview.activity)]),
    ...part('Visit', preview.visit === undefined ? [] : [said(preview.visit)]),
    ...part(
      'Left out',
      preview.leftOut.map(({ trait, because }) => `${plain(trait)}: ${plain(because)}`),
    ),
    ...part(
      'Rules',
      preview.rules.map(
        ({ rule, outcome, because }) =>
          `${plain(rule)}: ${outcome}${because === undefined ? '' : ` (${plain(because)})`}`,
      ),
    ),
    ...part(
      'Requests (id 0 stands for the id that Marketo will tell)',
      preview.requests.map(
        ({ over, what, body }) =>
          `${over} ${plain(what)}${body === undefined ? '' : ` ${said(body)}`}`,
      ),
    ),
  ].join('\n');
};

/** `preview`: what an event would become by the mapping here, without a call to anybody. */
export const addPreview = (program: Command, { io, ended }: Cli): void => {
  const command = program
    .command('preview <event>')
    .description('show what the event in a JSON file would become in Marketo; calls nobody')
    .option('--mapping <file>', 'a mapping file; absent: that of the settings in this folder')
    .option('--server', 'the event comes with a server key')
    .addHelpText(
      'after',
      '\nMarketo’s description of its fields is not asked for: custom fields have the names that the rules give them.',
    );
  command.action((file: string, { mapping, server }: { mapping?: string; server?: true }) => {
    try {
      const settings = readSettings({
        env: { ...io.env, ...(mapping !== undefined && { MAPPING: mapping }) },
      });
      const preview = previewOf(eventIn(file), {
        settings,
        rules: { ...settings, ...mappingOf(settings) },
        now: epochMs(Date.now()),
        source: server ? 'server' : 'browser',
      });
      const { json } = command.optsWithGlobals<{ json?: true }>();
      io.out(json ? JSON.stringify(preview) : textOf(preview));
      ended(exits.done);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      throw new OperationsError('bad-input', error.message, { cause: error });
    }
  });
};
