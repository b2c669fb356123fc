import type {Connection} from '../wire/connection';

const kSaid: Record<Connection['kind'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  broken: 'Reconnecting',
  refused: 'Not allowed in',
};

interface Props {
  connection: Connection;
  hasToken: boolean;
  onForgetToken(): void;
}

export function Header({connection, hasToken, onForgetToken}: Props) {
  return (
    <header class="masthead">
      <a class="brand" href="#/">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" class="mark">
          <path d="M7 6v20M13 6v20M19 6v20M25 6v20M3 23 29 9" />
        </svg>
        Tally
      </a>
      <span class={`link-state ${connection.kind}`} role="status">
        <span class="dot" aria-hidden="true" />
        {kSaid[connection.kind]}
      </span>
      {hasToken && (
        <button type="button" class="quiet" onClick={onForgetToken}>
          Forget token
        </button>
      )}
    </header>
  );
}
