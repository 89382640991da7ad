import { join } from 'node:path';
import { OperationsError } from '../error.ts';
import type { openAccount } from '../deployed/account.ts';

/** The options of commands that look at an account and at the template of a synthesis. */
export interface TemplateOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly template?: string;
}

interface Asked {
  readonly stackName: string;
  readonly template: string;
}

/** Opens the account, works, and closes it. */
export const withAccount = async <T>(
  { stack, region, template }: TemplateOptions,
  work: (account: Awaited<ReturnType<typeof openAccount>>, asked: Asked) => Promise<T>,
): Promise<T> => {
  if (stack === undefined)
    throw new OperationsError('bad-input', 'name the stack with --stack: this looks at AWS');
  // AWS's clients take longer to load than a command against this machine takes.
  const { openAccount } = await import('../deployed/account.ts');
  const account = await openAccount(region);
  try {
    return await work(account, {
      stackName: stack,
      template: template ?? join('cdk.out', `${stack}.template.json`),
    });
  } finally {
    account.close();
  }
};
