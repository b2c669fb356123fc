// Where in the page one is: "#/" or "#/counters/NAME", percent-encoded: links and the back button work.
import {useEffect, useState} from 'preact/hooks';

const kCounters = '#/counters/';

export function counterOf(hash: string): string | null {
  if (!hash.startsWith(kCounters) || hash === kCounters) return null;
  try {
    return decodeURIComponent(hash.slice(kCounters.length));
  } catch {
    return null; // no UTF-8, which no name is either
  }
}

export function linkTo(counter: string): string {
  return kCounters + encodeURIComponent(counter);
}

// The name of the counter whose page it is; null: the overview.
export function useCounterRoute(): string | null {
  const [counter, setCounter] = useState(() => counterOf(location.hash));
  useEffect(() => {
    const follow = () => setCounter(counterOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return counter;
}
