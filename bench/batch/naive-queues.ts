/** Where the naive shape runs: nothing else is registered there. */
export const NAIVE_WORKFLOWS = 'bench-naive';
export const NAIVE_PHOTOS = 'bench-naive-photos';
