/** How far the mean of a few values may be off, by Student's t. */

/** Its quantiles of 0.975 for 1, 2, … degrees of freedom: up to as many as runs go into a mean, less one. */
export const QUANTILES: readonly number[] = [
  12.706, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281,
  2.201, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086,
  2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452,
  2.0423, 2.0395, 2.0369, 2.0345, 2.0322, 2.0301, 2.0281, 2.0262, 2.0244,
  2.0227, 2.0211, 2.0195, 2.0181, 2.0167, 2.0154, 2.0141, 2.0129, 2.0117,
  2.0106, 2.0096, 2.0086, 2.0076, 2.0066, 2.0057, 2.0049, 2.004, 2.0032, 2.0025,
  2.0017, 2.001, 2.0003, 1.9996, 1.999, 1.9983, 1.9977, 1.9971, 1.9966, 1.996,
  1.9955, 1.9949, 1.9944, 1.9939, 1.9935, 1.993, 1.9925, 1.9921, 1.9917, 1.9913,
  1.9908, 1.9905
];

/** With more of them t is normal, as far as a band in a chart can show. */
const NORMAL = 1.96;

/**
 * Half the 95 % interval of a mean; none of a single value, which says nothing of how far others are.
 *
 * @param values - Independent of each other, one or more.
 */
export function halfInterval(values: readonly number[], mean: number): number {
  const n = values.length;
  if (n < 2) {
    return 0;
  }
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(squares / (n - 1) / n);
  return (QUANTILES[n - 2] ?? NORMAL) * error;
}
