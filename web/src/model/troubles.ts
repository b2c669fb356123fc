// What is wrong with a cluster, in words: what happened, and what to do. They hold no number that moves,
// since screen readers read each change aloud.
import type {ServerView} from './cluster';
import {links} from './cluster';
import {listed} from './format';

export interface Trouble {
  key: string;
  grave: boolean;
  what: string;
  advice: string;
}

const are = (ids: string[]) => (ids.length === 1 ? 'is' : 'are');
const server = (ids: string[]) => `${ids.length === 1 ? 'Server' : 'Servers'} ${listed(ids)}`;

export function troubles(servers: ServerView[]): Trouble[] {
  if (servers.length === 0) {
    return [
      {
        key: 'nobody',
        grave: true,
        what: 'The balancer knows no counting server yet.',
        advice: `Start one with tally server --id a --balancer ${location.origin}. A balancer that was restarted hears of its servers within seconds.`,
      },
    ];
  }
  const found: Trouble[] = [];
  const idsOf = (condition: (one: ServerView) => boolean) => servers.filter(condition).map(({id}) => id);
  const say = (key: string, grave: boolean, ids: string[], what: string, advice: string) => {
    if (ids.length > 0) found.push({key, grave, what: `${server(ids)} ${are(ids)} ${what}`, advice});
  };

  const down = idsOf(({state}) => state === 'down');
  say(
    'down',
    true,
    down,
    'down.',
    down.length === servers.length
      ? 'Nobody counts. Start them again: each gets its count back from its disk, or from the others.'
      : 'The others go on counting. Start it again and it gets its count back from its disk, or from the others; one that is gone for good is removed with DELETE /v1/servers/ID at the balancer.',
  );
  say(
    'starting',
    false,
    idsOf(({state}) => state === 'starting'),
    'starting.',
    'It asks its disk and the others for what they know, and takes part within seconds.',
  );
  say(
    'draining',
    false,
    idsOf(({state}) => state === 'draining'),
    'stopping.',
    'It shares what it still has; its clients go to the others.',
  );
  say(
    'silent',
    true,
    idsOf(({state, stats}) => state !== 'down' && state !== 'starting' && stats === null),
    'not answering the balancer.',
    'Its row below says why. Look at its log, and whether the balancer reaches its URL.',
  );
  const unheard = links(servers).filter(
    ({from, to, hearing}) => hearing !== 'fresh' && !down.includes(from) && !down.includes(to) && from !== to,
  );
  const known = new Set(servers.map(({id}) => id));
  const hidden = [...new Set(unheard.map(({from}) => from).filter(id => !known.has(id)))].sort();
  say(
    'missing',
    true,
    hidden,
    'known to the servers, but not to the balancer.',
    'Values may lack what was counted there. Start it again; one that is gone for good is removed with DELETE /v1/servers/ID at the balancer.',
  );
  const late = unheard.filter(({from}) => known.has(from));
  if (late.length > 0) {
    found.push({
      key: 'late',
      grave: false,
      what: `Not heard for several share intervals: ${listed(late.map(({from, to}) => `${from} at ${to}`))}.`,
      advice:
        'Reads there say so, and catch up by themselves. If it stays, look at the network between them, and ask tally doctor.',
    });
  }
  return found;
}
