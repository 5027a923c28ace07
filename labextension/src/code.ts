/** Lines of Python, for the user to read and run. */

/** Return the lines that load a model. */
export function loadCode(uri: string): string {
  return `import mlflow\n\nmodel = mlflow.pyfunc.load_model(${quoted(uri)})`;
}

/** A string of JSON is one of Python's too, if all that is not ASCII is escaped as Python does it. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, letter => {
    const code = (letter.codePointAt(0) ?? 0).toString(16);
    return code.length > 4
      ? `\\U${code.padStart(8, '0')}`
      : `\\u${code.padStart(4, '0')}`;
  });
}
