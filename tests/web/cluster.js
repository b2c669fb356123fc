// Real processes of ours, on ports that the system picks: a balancer, and servers that join it.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';

// A program that keeps its port, however often it is started.
class Program {
  constructor(program, words) {
    Object.assign(this, {program, words, listen: '127.0.0.1:0', url: null, process: null});
  }

  async start() {
    const words = [...this.words, '--listen', this.listen];
    this.process = spawn(this.program, words, {stdio: ['ignore', 'pipe', 'pipe']});
    const said = [];
    for (const stream of [this.process.stdout, this.process.stderr]) {
      createInterface(stream).on('line', (line) => {
        said.push(line);
        const place = line.match(/listens on (http:\/\/(\S+:\d+))/);
        if (place) this.process.emit('listening', place[1], place[2]);
      });
    }
    const [url, listen] = await Promise.race([
      once(this.process, 'listening'),
      once(this.process, 'exit').then(([status]) => {
        throw new Error(`tally ${words.join(' ')} ended with status ${status}: ${said.join('\n')}`);
      }),
    ]);
    Object.assign(this, {url, listen});
  }

  // kill -9, and waits for the end.
  async kill() {
    if (this.process === null || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }
}

export class Cluster {
  constructor(program, {more = [], interval = '500ms'} = {}) {
    this.program = program;
    this.more = more; // words that every program of it gets
    this.interval = interval;
    this.balancer = new Program(program, ['balancer', '--lease', '2s', ...more]);
    this.servers = new Map();
  }

  async addServer(id) {
    const words = ['server', '--id', id, '--balancer', this.balancer.url, '--share-interval', this.interval, ...this.more];
    const server = new Program(this.program, words);
    this.servers.set(id, server);
    await server.start();
  }

  async add(id, name, delta) {
    const answer = await fetch(`${this.servers.get(id).url}/v1/counters/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: {'Content-Type': 'text/plain'},
      body: `${delta}`,
    });
    if (!answer.ok) throw new Error(`${id} did not count: ${await answer.text()}`);
  }

  // The exact digits that each server shows, having asked all others first.
  async values(name) {
    const shown = {};
    for (const [id, {url}] of this.servers) {
      const answer = await fetch(`${url}/v1/counters/${encodeURIComponent(name)}?fresh=true`, {
        headers: {Accept: 'text/plain'},
      });
      shown[id] = (await answer.text()).trim();
    }
    return shown;
  }

  async stop() {
    await Promise.all([this.balancer, ...this.servers.values()].map((one) => one.kill()));
  }
}
