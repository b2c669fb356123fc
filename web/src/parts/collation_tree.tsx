import {type CounterView, countNodes} from '../model/counter';
import {grouped} from '../model/format';
import type {TreeNode} from '../wire/events';

const kSideBySide = 5; // more children than this stand below one another

function State({valid}: {valid: boolean}) {
  return (
    <span class="node-state">
      <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
        <path d={valid ? 'M3 8.5 6.5 12 13 4.5' : 'M8 2a6 6 0 1 1-6 6M8 4.5V8l2.5 1.5'} />
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

// The value is what the tree sums up, and what the server that is looked at counted since its start.
function Sum({view: {reading, nodes, own, server}}: {view: CounterView}) {
  const [root] = nodes;
  if (reading === null || root === undefined) return null;
  return (
    <p class="sum">
      <span>
        <b>{root.valid && root.computed !== null ? grouped(root.computed) : 'to be computed'}</b> the tree
      </span>
      <span>
        + <b>{own === null ? '?' : grouped(own)}</b> counted by {server} since its start
      </span>
      <span>
        = <b>{grouped(reading.value)}</b>
      </span>
    </p>
  );
}

// Nested lists, which CSS draws as a tree: upright where there is room, indented where there is not.
export function CollationTree({view}: {view: CounterView}) {
  const {nodes, server} = view;
  const {valid, stale} = countNodes(nodes);
  return (
    <section class="panel" aria-labelledby="tree-heading">
      <h2 id="tree-heading">Collation tree at {server}</h2>
      {nodes.length === 0 ? (
        <p class="waiting">No tree: only {server} counted here, and only since its start.</p>
      ) : (
        <>
          <p class="hint">
            What the other servers counted, and earlier runs. A share from one makes its node and those above it stale;
            a read computes only what is stale: {valid} valid, {stale} stale.
          </p>
          <section class="scrolling" aria-label="The tree" tabIndex={0}>
            <ul class={`tree ${isWide(nodes) ? 'indented' : 'upright'}`}>
              {nodes.map(node => (
                <Node key={node.key} node={node} />
              ))}
            </ul>
          </section>
          <Sum view={view} />
        </>
      )}
    </section>
  );
}
