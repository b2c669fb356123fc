import {useState} from 'preact/hooks';

interface Props {
  status: 401 | 403;
  detail: string;
  onToken(token: string): void;
}

export function TokenPage({status, detail, onToken}: Props) {
  const [typed, setTyped] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const token = typed.trim();
    if (token !== '') onToken(token);
  };
  return (
    <section class="panel narrow" aria-labelledby="token-heading">
      <h1 id="token-heading">{status === 401 ? 'This cluster wants a token' : 'This token may not look'}</h1>
      <p role="alert">{detail}</p>
      <p>
        Looking takes the scope <code>read</code>, adding the scope <code>write</code>. Whoever runs the cluster makes
        one with <code>tally token NAME --scope read,write --tokens FILE</code>. This tab keeps it until it is closed.
      </p>
      <form class="token" onSubmit={submit}>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={typed}
          onInput={event => setTyped(event.currentTarget.value)}
        />
        <button type="submit">Show it</button>
      </form>
    </section>
  );
}
