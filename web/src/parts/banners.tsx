import type {Trouble} from '../model/troubles';
import type {Connection} from '../wire/connection';

interface Props {
  connection: Connection;
  troubles: Trouble[];
  onRetry(): void;
}

function Sign({grave}: {grave: boolean}) {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class="sign">
      {grave ? (
        <path d="M10 2 19 18H1ZM10 8v4M10 14.6v.4" />
      ) : (
        <path d="M10 1.5a8.5 8.5 0 1 0 .01 0M10 9v5M10 5.8v.4" />
      )}
    </svg>
  );
}

// One place for what is wrong, which screen readers read when it changes.
export function Banners({connection, troubles, onRetry}: Props) {
  return (
    <div class="banners" role="status">
      {connection.kind === 'broken' && (
        <div class="banner grave" key="broken">
          <Sign grave />
          <p>
            <strong>The balancer tells nothing new: what you see is old.</strong> {connection.why} The page tries again
            by itself. Counting goes on without it.
          </p>
          <button type="button" onClick={onRetry}>
            Try now
          </button>
        </div>
      )}
      {troubles.map(({key, grave, what, advice}) => (
        <div class={`banner ${grave ? 'grave' : 'mild'}`} key={key}>
          <Sign grave={grave} />
          <p>
            <strong>{what}</strong> {advice}
          </p>
        </div>
      ))}
    </div>
  );
}
