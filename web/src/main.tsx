import {render} from 'preact';
import {App} from './app';
import './style/base.css';
import './style/parts.css';
import './style/servers.css';
import './style/counter.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
