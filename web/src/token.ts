// The token that this tab shows to the balancer. It lives as long as the tab.
import {useCallback, useState} from 'preact/hooks';

const kKey = 'tally-token';

export function useToken(): [string | null, (token: string | null) => void] {
  const [token, setToken] = useState(() => sessionStorage.getItem(kKey));
  const keep = useCallback((next: string | null) => {
    if (next === null) sessionStorage.removeItem(kKey);
    else sessionStorage.setItem(kKey, next);
    setToken(next);
  }, []);
  return [token, keep];
}
