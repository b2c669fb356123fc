// Refusals: RFC 9457's application/problem+json.

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const problem = await response.json();
    const said = problem.detail ?? problem.title;
    if (typeof said === 'string' && said !== '') return new Refusal(response.status, said);
  } catch {
    // Not a problem of ours: something between us and the balancer answered.
  }
  return new Refusal(response.status, `The answer was HTTP ${response.status} ${response.statusText}`.trim());
}

export function authorization(token: string | null): Record<string, string> {
  return token === null ? {} : {Authorization: `Bearer ${token}`};
}
