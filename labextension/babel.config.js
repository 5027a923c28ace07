// For jest only: some packages of JupyterLab ship ES modules.
module.exports = require('@jupyterlab/testing/lib/babel-config');
