import {expect, test} from 'vitest';
import {counterOf, linkTo} from '../src/route';

test.each(['page-views', 'a/b?c#d', '<img src=x onerror=alert(1)>', 'größe 100%', '..'])(
  'a link to %s leads to it',
  name => {
    expect(counterOf(linkTo(name))).toBe(name);
  },
);

test.each(['', '#/', '#/counters/', '#/elsewhere', '#/counters/%FF'])('"%s" is the overview', hash => {
  expect(counterOf(hash)).toBeNull();
});
