// Where servers and the arrows between them stand in the lag graph: a circle, the first one at the top.

export interface Point {
  x: number;
  y: number;
}

export const kRadius = 22; // of a server

export function places(count: number, radius: number): Point[] {
  return Array.from({length: count}, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    return {x: radius * Math.cos(angle), y: radius * Math.sin(angle)};
  });
}

// The box around all of them, with room for the circles and the bows of arrows: an SVG's viewBox.
export function boxAround(points: Point[]): string {
  const room = kRadius + 12;
  const [xs, ys] = [points.map(({x}) => x), points.map(({y}) => y)];
  const [left, top] = [Math.min(...xs) - 2 * room, Math.min(...ys) - room];
  const [right, bottom] = [Math.max(...xs) + 2 * room, Math.max(...ys) + room];
  return [left, top, right - left, bottom - top].map(Math.round).join(' ');
}

// Bows to one side, so that the two arrows of a pair do not meet. Its label is nearer to where it begins, so
// that labels of arrows that lie beside each other do not meet either.
export interface Arrow {
  path: string;
  label: Point;
}

const kBow = 0.22; // of the distance
const kLabelAt = 0.36; // of the way
const kGap = 7; // between a rim and an arrow's end

export function arrow(from: Point, to: Point): Arrow {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const bend = {x: (from.x + to.x) / 2 - dy * kBow, y: (from.y + to.y) / 2 + dx * kBow};
  const towardsBend = (end: Point, gap: number): Point => {
    const [ex, ey] = [bend.x - end.x, bend.y - end.y];
    const part = gap / (Math.hypot(ex, ey) || 1);
    return {x: end.x + ex * part, y: end.y + ey * part};
  };
  const at = ({x, y}: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const path = `M${at(towardsBend(from, kRadius + 2))} Q${at(bend)} ${at(towardsBend(to, kRadius + kGap))}`;
  return {path, label: onCurve(from, bend, to, kLabelAt)};
}

function onCurve(from: Point, bend: Point, to: Point, t: number): Point {
  const of = (a: number, b: number, c: number) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
  return {x: of(from.x, bend.x, to.x), y: of(from.y, bend.y, to.y)};
}
