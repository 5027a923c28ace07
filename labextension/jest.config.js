const jestJupyterLab = require('@jupyterlab/testing/lib/jest-config');

const base = jestJupyterLab(__dirname);

// These packages ship ES modules only, which jest 29 must transform.
const esModules = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@microsoft',
  '@marijn',
  '@rjsf',
  'exenv-es6',
  'lib0',
  'nanoid',
  'uuid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  ...base,
  automock: false,
  // One report is enough: the terminal's.
  reporters: ['default'],
  testRegex: 'src/__tests__/.*\\.test\\.tsx?$',
  testPathIgnorePatterns: ['/node_modules/', '/lib/'],
  transform: {
    ...base.transform,
    '\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.test.json' }]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})/)`]
};
