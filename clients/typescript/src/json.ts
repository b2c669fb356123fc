/** An integer as parseExactly() leaves it: a number where that is exact, else the string of its digits. */
export type Exact = number | string;

// A string, or what begins as a number, with the colon behind it that would make it an (invalid) key.
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*(?:\s*:)?/g;
const longInteger = /^-?[1-9]\d{15,}$/;

/**
 * JSON.parse, except that integers of 16 digits and more come back as strings of their digits.
 *
 * JSON.parse makes every number a double, which holds integers up to 2^53 only: 2^63 - 1 would come back as
 * 2^63. A reviver that is shown the source text would do, but Node 18 and 20 have none; text/plain is exact,
 * but has no place for an `ack` or a list. So the long integers are put into quotes before JSON.parse sees
 * them. Only strings can hold digits that are no number, and the pattern takes each string whole, so that it
 * never looks inside one. What was no JSON before is none afterwards. Of up to 15 digits a double loses none.
 *
 * A string of digits looks like a long integer now: who reads a field knows which of the two it must be.
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text.replace(token, (found) => (longInteger.test(found) ? `"${found}"` : found)));
}

/** Throws a SyntaxError for what is no integer. */
export function integer(value: Exact): bigint {
  if (typeof value === "number" ? Number.isSafeInteger(value) : longInteger.test(value)) return BigInt(value);
  throw new SyntaxError(`${JSON.stringify(value)} stands where an integer should`);
}
