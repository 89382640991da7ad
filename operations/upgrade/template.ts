import { readFile } from 'node:fs/promises';
import { OperationsError } from '../error.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** A CloudFormation template, as far as upgrades look at it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
}

/** @throws OperationsError where the text is no template of CDK's */
export const templateIn = (text: string, where: string): Template => {
  try {
    const value = JSON.parse(text) as Template | null;
    if (typeof value?.Resources === 'object') return value;
  } catch {
    // The same answer as for JSON of another kind.
  }
  throw new OperationsError('unusable', `${where} is no template in JSON: it is not one of CDK's`);
};

/** The template that `cdk synth` wrote. */
export const readTemplate = async (path: string): Promise<Template> => {
  try {
    return templateIn(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof OperationsError) throw error;
    throw new OperationsError(
      'bad-input',
      `${path} cannot be read: run \`cdk synth\`, or name the template with --template`,
      { cause: error },
    );
  }
};
