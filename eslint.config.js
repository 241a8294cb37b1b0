/**
 * What ESLint holds: mistakes that types make visible, and habits of TypeScript and Svelte. The rules that the product
 * stands on (imports, determinism) are tests/tidy.test.ts; layout is prettier's.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  {
    ignores: [
      'node_modules/',
      'dist/',
      '.cache/',
      'test-results/',
      'playwright-report/',
      'tests/wall/wall.ts',
      'tests/conformance/compare.mjs',
    ],
  },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-param-reassign': 'off',
      // A shell's `break`, `return` and `exit` travel as what is thrown, and are no errors.
      '@typescript-eslint/only-throw-error': 'off',
      // A program that never waits is a generator all the same.
      'require-yield': 'off',
      // Terminals speak in control characters.
      'no-control-regex': 'off',
      // An error of a parser becomes the sentence that Docker says; what it was made from is no help to anybody.
      'preserve-caught-error': 'off',
      // `for (;;)` and `while (true)` are how a program runs until it is ended.
      'no-constant-condition': ['error', { checkLoops: 'none' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Data from outside (JSON, YAML) is narrowed by schemas; these four ask for a cast at each step on the way.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/app/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { projectService: true, parser: ts.parser, extraFileExtensions: ['.svelte'] },
    },
    // The plugin's own knows that `let { … } = $props()` is how props are taken.
    rules: { 'prefer-const': 'off', 'svelte/prefer-const': 'error' },
  },
  {
    files: ['scripts/**', '*.config.{js,ts}', 'tests/**', 'src/lab/play.ts', 'src/lab/bridge.ts'],
    languageOptions: { globals: globals.node },
  },
  {
    // No part of the program: it is put together by the build and runs as a service worker.
    files: ['scripts/service-worker.template.js'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.serviceworker, parserOptions: { projectService: false } },
  },
);
