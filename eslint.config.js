// The rules stand where their packages are.
export { default } from './test/eslint.config.js';
