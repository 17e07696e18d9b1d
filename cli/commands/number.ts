import { InvalidArgumentError } from 'commander';

/** Reads an option's number: at least `least`, and finite. @throws InvalidArgumentError with what to give */
export function number({ least, whole = false }: { least: number; whole?: boolean }) {
  return (text: string): number => {
    const value = Number(text);
    const right = text.trim() !== '' && value >= least && Number.isFinite(value);
    if (right && (!whole || Number.isSafeInteger(value))) return value;
    throw new InvalidArgumentError(`Give a ${whole ? 'whole ' : ''}number of at least ${least}.`);
  };
}
