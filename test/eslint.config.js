import { join } from 'node:path';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '.data/',
      'data/',
      'dist/',
      'built/',
      'cdk.out/',
      'coverage/',
      'node_modules/',
      'artifacts/',
      '.stryker-tmp/',
      'reports/',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: join(import.meta.dirname, '..') },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers in messages are ours (status codes, counts) and read as they are.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    // A script for Segment's sandbox, which calls the handlers by name.
    files: ['segment/*.js'],
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: 'script',
      globals: {
        fetch: 'readonly',
        RetryError: 'readonly',
        EventNotSupported: 'readonly',
        InvalidEventPayload: 'readonly',
        ValidationError: 'readonly',
      },
    },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^on[A-Z]' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-undef': 'error',
    },
  },
);
