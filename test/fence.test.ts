import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** All modules below a folder, by their path from the root. */
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

interface Import {
  readonly from: string;
  /** A path from the root, or a package's name. */
  readonly to: string;
}

const importsOf = (file: string): Import[] =>
  ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(({ fileName }) => ({
    from: file,
    to: fileName.startsWith('.') ? relative(root, join(root, dirname(file), fileName)) : fileName,
  }));

const all = ['bin', 'lib', 'lambdas', 'local', 'operations', 'scripts', 'simulator']
  .flatMap(filesIn)
  .flatMap(importsOf);
const below = (folder: string): Import[] => all.filter(({ from }) => from.startsWith(folder));
const strangers = (imports: readonly Import[], allowed: readonly RegExp[]): string[] =>
  imports
    .filter(({ to }) => !allowed.some((pattern) => pattern.test(to)))
    .map(({ from, to }) => `${from} imports ${to}`);

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

describe('the import fence', () => {
  it('keeps segment/ pure: it imports nothing but itself and the schema library', () => {
    const imports = below('lambdas/segment/');
    expect(imports.length).toBeGreaterThan(0);
    expect(strangers(imports, [/^lambdas\/segment\//, /^zod/])).toEqual([]);
  });

  it('keeps lead/ pure: it imports nothing but itself, segment/ and the schema library', () => {
    const imports = below('lambdas/lead/');
    expect(imports.length).toBeGreaterThan(0);
    expect(strangers(imports, [/^lambdas\/(lead|segment)\//, /^zod/])).toEqual([]);
  });

  it.each(['lambdas/segment', 'lambdas/lead'])('gives %s no clock and no randomness', (room) => {
    const guilty = filesIn(room).filter((file) =>
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.\w|\bprocess\.\w|\bsetTimeout\b|\bfetch\(/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(guilty).toEqual([]);
  });

  it('lets the Lambdas know nothing of the local run, of CDK or of the tests', () => {
    const allowed = [/^lambdas\//, /^(?!aws-cdk|constructs|cdk-nag|vitest)[^.]*$/];
    const imports = below('lambdas/').filter(({ to }) => !to.startsWith('@'));
    expect(strangers(imports, allowed)).toEqual([]);
  });

  it('lets AWS in only through aws/ and the handlers', () => {
    const sdk = below('lambdas/').filter(({ to }) => to.startsWith('@aws-sdk/'));
    const outside = sdk.filter(
      ({ from }) => !/^lambdas\/(aws\/|[a-z]+\/[a-z]+Handler\.ts$)/.test(from),
    );
    expect(outside).toEqual([]);
  });

  it('lets Marketo know nothing of the worker, the queues or the tables', () => {
    expect(
      below('lambdas/marketo/').filter(({ to }) => /^lambdas\/(worker|aws|ingest|hash)\//.test(to)),
    ).toEqual([]);
  });

  it('lets operations/ know nothing of the local run, of CDK or of the tests', () => {
    const allowed = [/^operations\//, /^simulator\//, /^lambdas\//, /^(?!aws-cdk|vitest)[^.]*$/];
    const imports = below('operations/').filter(({ to }) => !/^(?:@|uplot\/)/.test(to));
    expect(imports.length).toBeGreaterThan(0);
    expect(strangers(imports, allowed)).toEqual([]);
  });

  it('lets what is deployed know nothing of operations/', () => {
    const deployed = [...below('lambdas/'), ...below('lib/')];
    expect(deployed.filter(({ to }) => to.startsWith('operations/'))).toEqual([]);
  });

  it('lets ingest and hash share http/, and nothing of each other', () => {
    const between = (from: string, to: string): Import[] =>
      below(`lambdas/${from}/`).filter((one) => one.to.startsWith(`lambdas/${to}/`));
    expect([...between('hash', 'ingest'), ...between('ingest', 'hash')]).toEqual([]);
    expect(
      below('lambdas/http/').filter(
        ({ to }) => !/^lambdas\/segment\/|^node:|^aws-lambda$/.test(to),
      ),
    ).toEqual([]);
  });

  it('lets what is no benchmark know nothing of the benchmarks', () => {
    expect(all.filter(({ to }) => to.startsWith('bench/'))).toEqual([]);
  });

  it('lets the simulator know nothing of the product but the contract of the SOAP API', () => {
    const allowed = [
      /^simulator\//,
      /^lambdas\/marketo\/soap\/wsdl\.ts$/,
      /^(?!aws-cdk|constructs|cdk-nag|vitest)[^.@]*$/,
    ];
    const imports = below('simulator/');
    expect(imports.length).toBeGreaterThan(0);
    expect(strangers(imports, allowed)).toEqual([]);
  });

  it('asks for no lead API by its name: what differs stands in leadApis.ts', () => {
    const askers = ['lib', 'lambdas', 'local', 'operations', 'bench']
      .flatMap(filesIn)
      .filter((file) => /[=!]== '(?:rest|soap)'/.test(readFileSync(join(root, file), 'utf8')));
    expect(askers).toEqual([]);
  });

  it('lets the SQS twin know nothing but itself, Node.js and the schema library', () => {
    const imports = below('local/sqs/');
    expect(imports.length).toBeGreaterThan(0);
    expect(strangers(imports, [/^local\/sqs\//, /^node:/, /^zod$/])).toEqual([]);
  });

  it.each(['local/sqs', 'simulator'])('lets the package in %s need what it names', (folder) => {
    const { dependencies = {} } = manifestOf(folder);
    const needed = below(`${folder}/`).flatMap(({ to }) =>
      /^(?:node:|lambdas\/|local\/|simulator\/)/.test(to) ? [] : [to.split('/')[0] ?? to],
    );
    expect([...new Set(needed)].sort()).toEqual(Object.keys(dependencies).sort());
    expect(manifestOf('.').dependencies).toMatchObject(dependencies);
  });

  it('has no circle', () => {
    const targets = Map.groupBy(all, ({ from }) => from);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file)) return;
      done.add(file);
      for (const { to } of targets.get(file) ?? []) visit(to, [...path, file]);
    };
    for (const file of targets.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});
