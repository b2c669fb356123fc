// One stream of events. EventSource cannot send an Authorization header, so this is fetch and a reader.
import {createParser} from 'eventsource-parser';
import type {EventKind, Events} from './events';
import {authorization, refusalOf} from './problem';

// What the page wants to know; another question is another stream.
export interface Question {
  prefix: string;
  counter: string | null;
  server: string | null; // whose view of it; null: the balancer chooses
}

export interface Listener {
  onOpen(): void;
  onEvent<Kind extends EventKind>(kind: Kind, event: Events[Kind]): void;
}

// Events come about once a second, so a stream that is silent for so long is a broken one.
export const kSilenceMs = 10_000;

const kKinds: ReadonlySet<string> = new Set<EventKind>(['cluster', 'top', 'counter']);

export function eventsUrl({prefix, counter, server}: Question): string {
  const query = new URLSearchParams();
  if (prefix !== '') query.set('prefix', prefix);
  if (counter !== null) query.set('counter', counter);
  if (server !== null) query.set('server', server);
  const asked = query.toString();
  return asked === '' ? '/v1/events' : `/v1/events?${asked}`;
}

// Returns when the stream ends. Throws a Refusal, or an Error that says how the stream broke; after `signal`,
// whatever it likes.
export async function readStream(
  question: Question,
  token: string | null,
  signal: AbortSignal,
  listener: Listener,
): Promise<void> {
  const silence = new AbortController();
  let silent = false;
  const giveUp = () => {
    silent = true;
    silence.abort();
  };
  let timer = setTimeout(giveUp, kSilenceMs);
  const stop = () => silence.abort();
  signal.addEventListener('abort', stop);
  try {
    const response = await fetch(eventsUrl(question), {
      headers: {Accept: 'text/event-stream', ...authorization(token)},
      cache: 'no-store',
      signal: silence.signal,
    });
    if (!response.ok) throw await refusalOf(response);
    if (response.body === null) throw new Error('The answer has no body.');
    listener.onOpen();
    const parser = createParser({
      onEvent({event, data}) {
        if (event === undefined || !kKinds.has(event) || signal.aborted) return;
        listener.onEvent(event as EventKind, JSON.parse(data));
      },
    });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(giveUp, kSilenceMs);
      parser.feed(decoder.decode(value, {stream: true}));
    }
  } catch (error) {
    if (silent) throw new Error(`Nothing was heard for ${kSilenceMs / 1000} seconds.`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    silence.abort();
  }
}
