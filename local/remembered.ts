/** Finds an answer by `find` unless the one to this key is remembered. */
export type Remembered<T> = (key: string, find: () => Promise<T>) => Promise<T>;

/** Remembers the last `size` answers, those under way too; what was not used for longest goes first, a failure at once. */
export function remembered<T>(size: number): Remembered<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, find) => {
    const known = answers.get(key);
    answers.delete(key); // put back below, as the last one used
    const answer = known ?? find();
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > size && oldest !== undefined) answers.delete(oldest);
    if (!known) answer.catch(() => answers.delete(key));
    return answer;
  };
}
