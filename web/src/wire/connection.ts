// Keeps a stream of events open: whenever one breaks, the next is tried after a growing pause.
import {Refusal} from './problem';
import {type Listener, type Question, readStream} from './stream';

export type Connection =
  | {kind: 'connecting'}
  | {kind: 'live'}
  | {kind: 'broken'; why: string} // and will be tried again by itself
  | {kind: 'refused'; status: 401 | 403; detail: string}; // until there is another token

export const kFirstPauseMs = 500;
export const kLongestPauseMs = 8_000;

// Half of it is luck, so that pages that lost a balancer at one moment do not come back at one moment.
export function pauseMs(failures: number, luck: number): number {
  const longest = Math.min(kFirstPauseMs * 2 ** failures, kLongestPauseMs);
  return (longest / 2) * (1 + luck);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function sayWhy(error: unknown): string {
  if (error instanceof Refusal) return sentence(error.detail);
  if (error instanceof TypeError) return 'The balancer cannot be reached: see whether it runs.'; // what fetch throws for all of that
  return error instanceof Error ? sentence(error.message) : String(error);
}

export interface Watcher extends Pick<Listener, 'onEvent'> {
  onConnection(connection: Connection): void;
}

export interface Kept {
  retryNow(): void;
  close(): void;
}

export function keepConnected(question: Question, token: string | null, watcher: Watcher): Kept {
  const closed = new AbortController();
  let failures = 0;
  let wake: () => void = () => {};
  const pause = (ms: number) =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const listener: Listener = {
    onOpen: () => {
      if (!closed.signal.aborted) watcher.onConnection({kind: 'live'});
    },
    onEvent: (kind, event) => {
      failures = 0; // an open stream that says nothing is no success
      watcher.onEvent(kind, event);
    },
  };

  void (async () => {
    watcher.onConnection({kind: 'connecting'});
    while (!closed.signal.aborted) {
      let why = 'The balancer closed the stream.';
      try {
        await readStream(question, token, closed.signal, listener);
      } catch (error) {
        if (closed.signal.aborted) return;
        if (error instanceof Refusal && (error.status === 401 || error.status === 403)) {
          watcher.onConnection({kind: 'refused', status: error.status, detail: sentence(error.detail)});
          return;
        }
        why = sayWhy(error);
      }
      if (closed.signal.aborted) return;
      watcher.onConnection({kind: 'broken', why});
      await pause(pauseMs(failures++, Math.random()));
    }
  })();

  return {
    retryNow() {
      failures = 0;
      wake();
    },
    close() {
      closed.abort();
      wake();
    },
  };
}
