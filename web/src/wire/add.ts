// Adding to a counter. An add whose outcome is unknown is never sent again: it may have counted.
import {authorization, type Refusal, refusalOf} from './problem';

export type Outcome =
  | {kind: 'counted'; value: string; ack: string; lessDurable: boolean}
  | {kind: 'refused'; status: number; detail: string} // nothing was counted
  | {kind: 'unknown'; detail: string}; // nobody can say whether it counted

// A counter's value and what is added to it are signed 64-bit integers.
const kGreatest = 2n ** 63n - 1n;

// The integer that somebody typed, with or without grouping; null if it is none, or too large.
export function parseAmount(typed: string): bigint | null {
  const digits = typed
    .trim()
    .replace(/[\s,_']/g, '')
    .replace(/^\u2212/, '-');
  if (!/^[+-]?\d{1,19}$/.test(digits)) return null;
  const amount = BigInt(digits.replace(/^\+/, ''));
  return amount > kGreatest || amount < -kGreatest ? null : amount;
}

// "value" is a JSON number here, which JSON.parse would round beyond 2^53: it is made a string first. No name
// can look like it, since quotes in a name are escaped.
export function exactly(json: string): {value: string; ack: string} {
  return JSON.parse(json.replace(/"value"\s*:\s*(-?\d+)/, '"value":"$1"'));
}

// Each other problem of Tally's means that nothing was counted. What a proxy says in its place does not.
function meansUnknown({status, type}: Refusal): boolean {
  return type === null ? status >= 500 : type === '/problems/unknown-outcome';
}

export async function add(name: string, delta: bigint, token: string | null): Promise<Outcome> {
  try {
    const response = await fetch(`/v1/dashboard/counters/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', ...authorization(token)},
      body: JSON.stringify({delta: delta.toString()}),
    });
    if (response.ok) {
      return {kind: 'counted', ...exactly(await response.text()), lessDurable: response.status === 202};
    }
    const refusal = await refusalOf(response);
    const {status, detail} = refusal;
    return meansUnknown(refusal) ? {kind: 'unknown', detail} : {kind: 'refused', status, detail};
  } catch {
    return {kind: 'unknown', detail: 'The connection broke before an answer came.'};
  }
}
