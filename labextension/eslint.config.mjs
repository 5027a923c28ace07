import eslint from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Modules of a layer may import the layers before it only (DESIGN: types ← request ← api ← …). */
function layer(files, forbidden) {
  const patterns = forbidden.map(name => ({
    regex: `^\\.\\.?/(?:\\.\\./)?${name}(?:/|$)`,
    message: `${name} is a later layer.`
  }));
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const shared = ['events', 'preferences', 'token'];
const faces = [
  ...['sidebar', 'run', 'registry', 'compare', 'register'],
  ...['notebook', 'commands', 'index']
];

/** Other hosts than JupyterLab draw live cards too: neither Lab nor React, and nothing of the other layers. */
const plain = [
  ...['@jupyterlab', '@lumino', 'react'].map(name => ({
    regex: `^${name}(?:/|$|-)`,
    message: 'src/live draws with the plain DOM.'
  })),
  { regex: '^\\.\\./', message: 'src/live stands alone.' }
];

export default tseslint.config(
  { ignores: ['lib/', 'node_modules/', 'coverage/', 'style/', '*.config.*'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  hooks.configs.flat.recommended,
  {
    languageOptions: {
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      // A Lumino signal takes the method and its `this` as two arguments.
      '@typescript-eslint/unbound-method': 'off',
      // Lumino's messages and signals hand over arguments that a handler need not use.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_' }
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ]
    }
  },
  layer(
    [
      ...['src/types.ts', 'src/runs.ts', 'src/models.ts', 'src/code.ts'],
      ...['src/compared.ts', 'src/registering.ts']
    ],
    ['failure', 'memory', 'request', 'api', ...shared, 'state', ...faces]
  ),
  layer(
    ['src/failure.ts', 'src/memory.ts', 'src/request.ts'],
    ['api', ...shared, 'state', ...faces]
  ),
  layer(
    ['src/routes.ts', 'src/modelRoutes.ts', 'src/api.ts'],
    [...shared, 'state', ...faces]
  ),
  layer(['src/events.ts', 'src/preferences.ts'], ['state', ...faces]),
  layer(['src/state/**'], ['token', ...faces]),
  {
    files: ['src/live/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: plain }] }
  },
  layer(
    ['src/sidebar/**'],
    [
      ...['live(?!/format)', 'compare', 'register'],
      ...['notebook', 'commands', 'index']
    ]
  ),
  layer(
    ['src/notebook/**'],
    ['sidebar', 'run', 'registry', 'compare', 'register', 'commands', 'index']
  ),
  layer(
    ['src/commands.ts'],
    ['sidebar', 'run', 'registry', 'compare', 'register', 'notebook', 'index']
  )
);
