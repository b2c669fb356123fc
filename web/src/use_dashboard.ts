import {useCallback, useEffect, useReducer, useRef} from 'preact/hooks';
import {changed, type Dashboard, kNothingYet} from './model/dashboard';
import {type Kept, keepConnected} from './wire/connection';

// What is known, live. Each change of an argument opens another stream, and keeps what still holds.
export function useDashboard(
  prefix: string,
  counter: string | null,
  server: string | null,
  token: string | null,
): [Dashboard, () => void] {
  const [dashboard, dispatch] = useReducer(changed, kNothingYet);
  const kept = useRef<Kept | null>(null);
  useEffect(() => {
    dispatch({type: 'asked', counter});
    const stream = keepConnected({prefix, counter, server}, token, {
      onConnection: connection => dispatch({type: 'connection', connection}),
      onEvent: (kind, event) => dispatch({type: 'event', kind, event}),
    });
    kept.current = stream;
    addEventListener('online', stream.retryNow);
    return () => {
      removeEventListener('online', stream.retryNow);
      stream.close();
    };
  }, [prefix, counter, server, token]);
  return [dashboard, useCallback(() => kept.current?.retryNow(), [])];
}
