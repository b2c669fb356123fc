import {useState} from 'preact/hooks';
import {grouped, signed} from '../model/format';
import {add, type Outcome, parseAmount} from '../wire/add';

interface Props {
  name: string;
  token: string | null;
  onUnauthorized(): void;
}

interface Said {
  tone: 'good' | 'mild' | 'grave';
  text: string;
}

const kHeld: Record<string, string> = {memory: 'in memory', disk: 'on disk'};

function held(ack: string): string {
  const peers = ack.match(/^peers:(\d+)$/)?.[1];
  return peers === undefined
    ? (kHeld[ack] ?? `by ${ack}`)
    : `by ${peers} other ${peers === '1' ? 'server' : 'servers'}`;
}

function say(delta: bigint, outcome: Outcome): Said {
  switch (outcome.kind) {
    case 'counted': {
      const counted = `Counted ${signed(delta)}: the value is ${grouped(outcome.value)}, held ${held(outcome.ack)}`;
      return outcome.lessDurable
        ? {tone: 'mild', text: `${counted}, which is less durable than usual. Do not add it again.`}
        : {tone: 'good', text: `${counted}.`};
    }
    case 'refused':
      return outcome.status === 403
        ? {tone: 'grave', text: `Nothing was counted: your token may not add. ${outcome.detail}`}
        : {tone: 'grave', text: `Nothing was counted. ${outcome.detail}`};
    case 'unknown':
      return {
        tone: 'grave',
        text: `Nobody can say whether ${signed(delta)} was counted. Look at the value before you add it again. ${outcome.detail}`,
      };
  }
}

export function AddForm({name, token, onUnauthorized}: Props) {
  const [typed, setTyped] = useState('1');
  const [said, setSaid] = useState<Said | null>(null);
  const [busy, setBusy] = useState(false);

  const send = async (sign: bigint) => {
    if (busy) return;
    const amount = parseAmount(typed);
    if (amount === null) {
      setSaid({
        tone: 'grave',
        text: 'Nothing was sent: an amount is a whole number of up to 63 bits, such as 1 or -3.',
      });
      return;
    }
    setBusy(true);
    setSaid(null);
    const delta = sign * amount;
    const outcome = await add(name, delta, token);
    setBusy(false);
    setSaid(say(delta, outcome));
    if (outcome.kind === 'refused' && outcome.status === 401) onUnauthorized();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void send(1n);
  };
  return (
    <form class="add" onSubmit={submit} aria-label="Add to this counter">
      <label for="amount">Amount</label>
      <input
        id="amount"
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        onInput={event => setTyped(event.currentTarget.value)}
      />
      <button type="submit" class="primary" aria-disabled={busy}>
        Add
      </button>
      <button type="button" aria-disabled={busy} onClick={() => void send(-1n)}>
        Subtract
      </button>
      <p class={`said ${said?.tone ?? ''}`} role="status" data-testid="outcome">
        {said?.text}
      </p>
    </form>
  );
}
