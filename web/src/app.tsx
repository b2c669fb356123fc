import {useEffect, useRef, useState} from 'preact/hooks';
import {troubles} from './model/troubles';
import {CounterPage} from './pages/counter_page';
import {Overview} from './pages/overview';
import {TokenPage} from './pages/token_page';
import {Banners} from './parts/banners';
import {Header} from './parts/header';
import {useCounterRoute} from './route';
import {useToken} from './token';
import {useDashboard} from './use_dashboard';

export function App() {
  const counter = useCounterRoute();
  const [prefix, setPrefix] = useState('');
  const [viewedAt, setViewedAt] = useState<string | null>(null);
  const [token, setToken] = useToken();
  const [{connection, cluster, top, counter: counterView}, retryNow] = useDashboard(prefix, counter, viewedAt, token);

  // Whoever follows a link by keyboard or hears the page goes on at the heading of what opened.
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(false);
  useEffect(() => {
    document.title = counter === null ? 'Tally' : `${counter} · Tally`;
    if (arrived.current) main.current?.focus();
    arrived.current = true;
  }, [counter]);

  const refused = connection.kind === 'refused';
  const body = refused ? (
    <TokenPage status={connection.status} detail={connection.detail} onToken={setToken} />
  ) : counter !== null ? (
    <CounterPage
      key={counter}
      name={counter}
      view={counterView}
      servers={cluster?.servers ?? []}
      viewedAt={viewedAt}
      onViewAt={setViewedAt}
      token={token}
      onUnauthorized={() => setToken(null)}
    />
  ) : (
    <Overview cluster={cluster} top={top} prefix={prefix} onPrefix={setPrefix} />
  );
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header connection={connection} hasToken={token !== null} onForgetToken={() => setToken(null)} />
      <Banners
        connection={connection}
        troubles={cluster === null || refused ? [] : troubles(cluster.servers)}
        onRetry={retryNow}
      />
      <main ref={main} id="main" tabIndex={-1} class={connection.kind === 'broken' ? 'outdated' : undefined}>
        {body}
      </main>
    </>
  );
}
