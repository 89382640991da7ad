/**
 * Ranks under Zipf's law: rank r (from 0) has a weight of 1 / (r + 1)^exponent.
 * @returns the rank of a number that is uniform in [0, 1)
 */
export const createZipf = (ranks: number, exponent: number): ((uniform: number) => number) => {
  const sums = new Float64Array(ranks);
  let sum = 0;
  for (let rank = 0; rank < ranks; rank += 1) {
    sum += (rank + 1) ** -exponent;
    sums[rank] = sum;
  }
  return (uniform) => {
    const wanted = uniform * sum;
    let [low, high] = [0, ranks - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? sum) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
};
