/** Bits for each message: about one in ten thousand that is not there seems to be. */
const bitsPerMessage = 20;
const probes = 10;

/** Where the bits of a message are: two numbers of its short hash, combined (Kirsch and Mitzenmacher). */
const positions = (message: string, bits: number): readonly number[] => {
  const bytes = Buffer.from(message, 'base64url');
  if (bytes.length < 8) return [];
  // Odd, so that the probes differ; `>>> 0`, since an operator of bits makes a signed number.
  const [first, second] = [bytes.readUInt32BE(0), (bytes.readUInt32BE(4) | 1) >>> 0];
  return Array.from({ length: probes }, (_, probe) => (first + probe * second) % bits);
};

/** A Bloom filter of messages by their short hashes: tells surely who is not in it. */
export const bloomOf = (messages: readonly string[]): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil((messages.length * bitsPerMessage) / 8));
  for (const message of messages)
    for (const bit of positions(message, bytes.length * 8))
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bytes;
};

/** False: the message is not among those of which the filter was made. */
export const mayHold = (bloom: Uint8Array, message: string): boolean =>
  positions(message, bloom.length * 8).every(
    (bit) => ((bloom[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0,
  );
