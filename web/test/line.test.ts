import {expect, test} from 'vitest';
import {arrow, places} from '../src/model/circle';
import {extended, mean, type Sample, spanOf} from '../src/model/history';
import {rangeOf, roundedUp, strokes} from '../src/parts/line';

const samples = (...rates: (number | null)[]): Sample[] => rates.map((perSecond, i) => ({atMs: i * 1000, perSecond}));

test('a chart has 0 in it, and some height even where nothing happens', () => {
  expect(rangeOf(samples(5, 9))).toEqual({low: 0, high: 9});
  expect(rangeOf(samples(-5, -9))).toEqual({low: -9, high: 0});
  expect(rangeOf(samples(0, null))).toEqual({low: 0, high: 1});
});

test.each([
  [0, 0],
  [1, 1],
  [3, 4],
  [240, 250],
  [51, 80],
  [0.3, 0.4],
])('an axis for %s ends at %s', (size, end) => expect(roundedUp(size)).toBeCloseTo(end));

test('a gap parts the line, and the newest is at the right', () => {
  const found = strokes(samples(0, 10, null, 10, 5), 4_000, {low: 0, high: 10});
  expect(found).toEqual([
    ['0.0,100.0', '250.0,0.0'],
    ['750.0,0.0', '1000.0,50.0'],
  ]);
});

test('a mean weighs each rate by its time, and passes over what is unknown', () => {
  const uneven: Sample[] = [
    {atMs: 0, perSecond: null},
    {atMs: 1_000, perSecond: 10},
    {atMs: 4_000, perSecond: 2},
    {atMs: 5_000, perSecond: null},
  ];
  expect(mean(uneven, 10_000)).toBe(4);
  expect(mean([], 10_000)).toBeNull();
});

test('what is too old is forgotten', () => {
  expect(extended(samples(1, 2, 3), {atMs: 3_000, perSecond: 4}, 1_500).map(({perSecond}) => perSecond)).toEqual([
    3, 4,
  ]);
});

test('a clock that went back begins another history', () => {
  expect(extended(samples(1, 2, 3), {atMs: 50, perSecond: 4}, 9_000)).toEqual([{atMs: 50, perSecond: 4}]);
});

test('charts fill as they grow, those side by side alike', () => {
  const lasting = (ms: number): Sample[] => [
    {atMs: 0, perSecond: 1},
    {atMs: ms, perSecond: 1},
  ];
  expect(spanOf([])).toBe(30_000);
  expect(spanOf(lasting(5_000), lasting(31_000))).toBe(60_000);
  expect(spanOf(lasting(300_000))).toBe(300_000);
});

test('servers stand on a circle, and the two arrows of a pair apart', () => {
  const [top, other] = places(2, 100);
  if (top === undefined || other === undefined) throw new Error('two were asked for');
  expect(top.y).toBeCloseTo(-100);
  const apart = arrow(top, other).label.x - arrow(other, top).label.x;
  expect(Math.abs(apart)).toBeGreaterThan(20);
});
