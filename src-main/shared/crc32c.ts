/** CRC-32C (Castagnoli), as iSCSI and TensorFlow's record files use it (RFC 3720, appendix B.4). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** The sum of some bytes, 32 bits without sign. */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) sum = (sum >>> 8) ^ table[(sum ^ bytes[index]!) & 0xff]!;
  return (sum ^ 0xffffffff) >>> 0;
}

/** The masked form in which record files store sums, so that a sum over sums keeps its worth. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}
