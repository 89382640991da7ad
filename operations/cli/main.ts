/** The command line, for `bin/`: in a checkout as it is written, in the package as it is built. */
export { createNodeIo } from './nodeIo.ts';
export { main } from './program.ts';
