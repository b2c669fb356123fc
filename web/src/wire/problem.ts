// Refusals: RFC 9457's application/problem+json.

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly type: string | null = null, // of a problem; null: something between us and the balancer answered
  ) {
    super(detail);
  }
}

export async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const {type, detail, title} = await response.json();
    if (typeof type === 'string') return new Refusal(response.status, detail ?? title ?? '', type);
  } catch {
    // No problem, as all refusals of Tally's are.
  }
  return new Refusal(response.status, `The answer was HTTP ${response.status} ${response.statusText}`.trim());
}

export function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : {Authorization: `Bearer ${token}`};
}
