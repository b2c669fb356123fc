import {type CounterView, countNodes, type Sum} from '../model/counter';
import {grouped} from '../model/format';
import type {TreeNode} from '../wire/events';

const kSideBySide = 4; // more children than this stand together in a frame

function State({valid}: {valid: boolean}) {
  return (
    <span class="node-state">
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={valid ? 'M3 8.5 6.5 12 13 4.5' : 'M8 1.8a6.2 6.2 0 1 0 .01 0M8 4.6V8l2.4 1.6'} />
      </svg>
      {valid ? 'valid' : 'stale'}
    </span>
  );
}

function Node({node}: {node: TreeNode}) {
  return (
    <li>
      <div class={`node ${node.valid ? 'valid' : 'stale'}`}>
        <p class="node-head">
          <strong>{node.key}</strong>
          <State valid={node.valid} />
        </p>
        <dl>
          <dt>value</dt>
          <dd>{grouped(node.value)}</dd>
          <dt>computed</dt>
          <dd class="computed">{node.computed === null ? '–' : grouped(node.computed)}</dd>
        </dl>
      </div>
      {node.children.length > 0 && (
        <ul>
          {node.children.map(child => (
            <Node key={child.key} node={child} />
          ))}
        </ul>
      )}
    </li>
  );
}

function isWide(nodes: TreeNode[]): boolean {
  return nodes.length > kSideBySide || nodes.some(({children}) => isWide(children));
}

function Equation({server, sum: {value, tree, own}}: {server: string | null; sum: Sum}) {
  return (
    <p class="sum">
      <span>
        <b>{grouped(tree)}</b> in the tree
      </span>
      <span>
        + <b>{grouped(own)}</b> counted by {server} since its start
      </span>
      <span>
        = <b>{grouped(value)}</b>
      </span>
    </p>
  );
}

// Nested lists, which CSS draws as a tree: upright where there is room, indented where there is not.
export function CollationTree({view}: {view: CounterView}) {
  const {nodes, server, sum} = view;
  const {valid, stale} = countNodes(nodes);
  return (
    <section class="panel" aria-labelledby="tree-heading">
      <div class="panel-head">
        <h2 id="tree-heading">Collation tree at {server}</h2>
        {nodes.length > 0 && (
          <p class={stale === 0 ? 'valid' : 'stale'}>
            {stale === 0 ? `all ${valid} valid` : `${stale} of ${valid + stale} stale`}
          </p>
        )}
      </div>
      {nodes.length === 0 ? (
        <p class="waiting">No tree: only {server} counted here, and only since its start.</p>
      ) : (
        <>
          <p class="hint">
            What the other servers counted, and earlier runs. A share makes the node that it updates and those above it
            stale, and no other; the next read computes only these.
          </p>
          <section class="scrolling" aria-label="The tree" tabIndex={0}>
            <ul class={`tree ${isWide(nodes) ? 'framed' : 'upright'}`}>
              {nodes.map(node => (
                <Node key={node.key} node={node} />
              ))}
            </ul>
          </section>
          {sum !== null && <Equation server={server} sum={sum} />}
        </>
      )}
    </section>
  );
}
