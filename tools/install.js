/**
 * `node tools/install.js [folder…]`, before a script of package.json: installs what the script needs beside `npm ci`, and
 * links its commands into `node_modules/.bin`, where npm's scripts and npx find them. Each folder has a lock file of its own and
 * is installed once for each state of it. Where the present Node.js is too old, that is installed, too.
 *
 * JavaScript that Node.js 20 runs: it comes before the right Node.js does.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const commands = join(project, 'node_modules', '.bin');
const isWindows = process.platform === 'win32';

const jsonIn = (path) => JSON.parse(readFileSync(path, 'utf8'));
const say = (text) => process.stderr.write(`${text}\n`);

/** As `engines` of package.json has it: ^22.18.0 || >=24. */
const [major, minor] = process.versions.node.split('.').map(Number);
const isTooOld = major < 22 || (major === 22 && minor < 18) || major === 23;

const install = (folder) => {
  const at = join(project, folder);
  const lock = createHash('sha256').update(readFileSync(join(at, 'package-lock.json')));
  const state = lock.digest('hex');
  const stamp = join(at, 'node_modules', '.state');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  const { description } = jsonIn(join(at, 'package.json'));
  say(`Once: npm ci in ${folder} (${description})`);
  const stdio = ['ignore', 'ignore', 'inherit'];
  // Windows has npm as a script.
  execFileSync('npm', ['ci'], { cwd: at, stdio, shell: isWindows });
  writeFileSync(stamp, state);
};

/** The commands of a package, each with its file. */
const commandsOf = (at) => {
  const { name, bin = {} } = jsonIn(join(at, 'package.json'));
  return Object.entries(typeof bin === 'string' ? { [name.split('/').at(-1)]: bin } : bin);
};

/** A link to a program; on Windows a script that calls what npm made for it. */
const link = (command, file, shim) => {
  const path = join(commands, isWindows ? `${command}.cmd` : command);
  if (!isWindows && existsSync(path) && realpathSync(path) === realpathSync(file)) return;
  rmSync(path, { force: true });
  if (isWindows) writeFileSync(path, `@"${shim}.cmd" %*\r\n`);
  else symlinkSync(relative(commands, file), path);
};

const linkCommands = (folder) => {
  const modules = join(project, folder, 'node_modules');
  const manifest = jsonIn(join(project, folder, 'package.json'));
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  mkdirSync(commands, { recursive: true });
  for (const name of Object.keys({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  })) {
    // One of another platform is not there.
    if (!existsSync(join(modules, name))) continue;
    for (const [command, file] of commandsOf(join(modules, name)))
      link(command, join(modules, name, file), join(modules, '.bin', command));
  }
};

const ensure = (folder) => {
  try {
    install(folder);
  } catch {
    say(`npm ci did not work in ${folder}. Run it there to see why: it needs the npm registry.`);
    process.exit(1);
  }
  linkCommands(folder);
};

if (isTooOld) {
  const present = `this is ${process.versions.node}`;
  const machine = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const { optionalDependencies } = jsonIn(join(project, 'tools/node/package.json'));
  if (!(`node-${machine}` in optionalDependencies)) {
    say(`This project needs Node.js 22.18 or 24 and later; ${present}. Install one: nodejs.org`);
    process.exit(1);
  }
  ensure('tools/node');
}
process.argv.slice(2).forEach(ensure);
