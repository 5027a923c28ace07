/** Whose a tag is. */

/** MLflow's and nbtrack's own: changing them would break what they are for. */
export function isSystemTag(key: string): boolean {
  return /^(mlflow|nbtrack)\./.test(key);
}
