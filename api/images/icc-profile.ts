/** Real profiles have 0.5 KB (phones) to 2 MB (print); a larger one is dropped, the photo stays good. */
export const MAX_ICC_BYTES = 4 * 1024 * 1024;

/**
 * The profile cut to the size it declares, or undefined if it is not a profile for this kind of pixels (then it is
 * dropped: a decoder would ignore it at best). ICC.1:2022, 7.2: size at 0, colour space at 16, `acsp` at 36.
 */
export function usableProfile(profile: Buffer, space: 'RGB ' | 'GRAY' | 'CMYK'): Buffer | undefined {
  if (profile.length < 132 || profile.length > MAX_ICC_BYTES) return undefined;
  const size = profile.readUInt32BE(0);
  const matches =
    profile.toString('latin1', 16, 20) === space && profile.toString('latin1', 36, 40) === 'acsp';
  return matches && size >= 132 && size <= profile.length ? profile.subarray(0, size) : undefined;
}
