import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkplace } from './cdk.ts';

const stack = 'marketo-destination';
const { folder, account, run, cdk, assembly, deploy, close } = await openWorkplace();
afterAll(close);

const script = join(import.meta.dirname, '../../bin/marketo-destination.js');
const template = join(folder, 'whole', `${stack}.template.json`);
const adopt = () =>
  run(process.execPath, [script, 'adopt', '--stack', stack, '--template', template]);
const destroy = () => cdk('destroy', '--app', 'whole', '--force');

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}
const held = /^AWS::(?:SQS::Queue|DynamoDB::GlobalTable|SecretsManager::Secret)$/;
const heldIn = (text: string) =>
  Object.fromEntries(
    Object.entries((JSON.parse(text) as Template).Resources).filter(([, { Type }]) =>
      held.test(Type),
    ),
  );

/** Three queues, three secrets and two tables. */
let kept: readonly string[] = [];
beforeAll(async () => {
  await deploy(assembly('whole'));
  kept = account.names();
});

describe('docs/teardown.md', () => {
  it('keeps the stack until its protection is taken away', async () => {
    expect(kept).toHaveLength(8);
    await expect(destroy()).rejects.toThrow(/TerminationProtection/);
    expect(account.stacks.has(stack)).toBe(true);
  });

  it('keeps queues, table and secrets when the stack goes', async () => {
    for (const one of account.stacks.values()) one.protected = false;
    await destroy();
    expect(account.stacks.has(stack)).toBe(false);
    expect(account.names()).toEqual(kept);
  });

  it('is right that a new stack does not get past them', async () => {
    await expect(deploy('whole')).rejects.toThrow(/ROLLBACK_COMPLETE/);
    expect(account.stacks.get(stack)?.status).toBe('ROLLBACK_COMPLETE');
    account.stacks.clear();
  });

  it('brings them into a new stack: adopt, cdk import, cdk deploy', async () => {
    const { stdout, stderr } = await adopt();
    expect(stderr).toBe('');
    const mapping = JSON.parse(stdout) as Readonly<Record<string, object>>;
    expect(Object.keys(mapping).toSorted()).toEqual(
      Object.keys(heldIn(readFileSync(template, 'utf8'))).toSorted(),
    );
    writeFileSync(join(folder, 'adopt.json'), stdout);
    account.takeCalls();
    await cdk('import', '--app', 'whole', '--resource-mapping', 'adopt.json');
    const calls = account.takeCalls().filter((call) => call.startsWith('cloudformation'));
    await expect(`${[...new Set(calls)].join('\n')}\n`).toMatchFileSnapshot('calls/import.txt');
    const imported = account.stacks.get(stack);
    expect(imported).toMatchObject({ status: 'IMPORT_COMPLETE' });
    const whole = readFileSync(template, 'utf8');
    // A stack of these alone, as the whole template has them: the deployment after it changes none of them.
    expect((JSON.parse(imported?.template ?? '') as Template).Resources).toEqual(heldIn(whole));

    await deploy('whole');
    expect(account.stacks.get(stack)).toMatchObject({ status: 'UPDATE_COMPLETE', protected: true });
    expect(JSON.parse(account.stacks.get(stack)?.template ?? '')).toEqual(JSON.parse(whole));
    expect(account.names()).toEqual(kept);
  });

  it('lets all go with `removal: destroy`', async () => {
    await deploy(assembly('whole', { REMOVAL: 'destroy' }));
    expect(account.stacks.get(stack)).toMatchObject({ protected: false });
    await destroy();
    expect(account.names()).toEqual([]);
    await expect(adopt()).rejects.toThrow(/There is no queue marketo-destination-events\.fifo/);
  });
});
