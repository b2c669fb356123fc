import {expect, test} from 'vitest';
import {duration, grouped, listed, percent, rate, signed, visible} from '../src/model/format';

test('a value beyond 2^53 is shown digit by digit', () => {
  expect(grouped('9007199254740993')).toBe('9,007,199,254,740,993');
  expect(grouped('-170141183460469231731687303715884105728')).toBe(
    '\u2212170,141,183,460,469,231,731,687,303,715,884,105,728',
  );
});

test.each([
  ['0', '0'],
  ['999', '999'],
  ['1000', '1,000'],
  ['-100', '\u2212100'],
])('%s is grouped as %s', (digits, shown) => expect(grouped(digits)).toBe(shown));

test('what was added has its sign', () => {
  expect(signed(1000n)).toBe('+1,000');
  expect(signed(-3n)).toBe('\u22123');
  expect(signed(0n)).toBe('0');
});

test.each([
  [null, '–'],
  [0, '0'],
  [0.44, '0.4'],
  [-2.5, '\u22122.5'],
  [1234, '1,234'],
  [12_345, '12.3 k'],
  [123_456, '123 k'],
  [2_500_000, '2.5 M'],
])('a rate of %s is shown as %s', (perSecond, shown) => expect(rate(perSecond)).toBe(shown));

test.each([
  [410, '410 ms'],
  [1_240, '1.2 s'],
  [9_999, '10 s'],
  [180_000, '3 min'],
  [18_000_000, '5 h'],
  [200_000_000, '2 d'],
])('%s ms is shown as %s', (ms, shown) => expect(duration(ms)).toBe(shown));

test('names are listed as in a sentence', () => {
  expect(listed([])).toBe('');
  expect(listed(['a'])).toBe('a');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
});

test('a share that nobody knows is no number', () => {
  expect(percent(null)).toBe('–');
  expect(percent(1 / 3)).toBe('33%');
});

test('a name that could not be seen is told by its code points', () => {
  expect(visible(' \u200b')).toBe('(blank: U+0020 U+200B)');
  for (const name of ['a', ' a ', '😀', '.']) expect(visible(name)).toBe(name);
});
