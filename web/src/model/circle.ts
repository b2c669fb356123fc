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

// Bows to one side, so that the two arrows of a pair do not meet; its label stands outside of the bow.
export interface Arrow {
  path: string;
  label: Point;
}

const kBow = 0.22; // of the distance
const kLabel = 0.16; // too; the curve itself goes out to half of its bow
const kGap = 7; // between a rim and an arrow's end

export function arrow(from: Point, to: Point): Arrow {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const aside = (by: number): Point => ({x: (from.x + to.x) / 2 - dy * by, y: (from.y + to.y) / 2 + dx * by});
  const bend = aside(kBow);
  const towardsBend = (end: Point, gap: number): Point => {
    const [ex, ey] = [bend.x - end.x, bend.y - end.y];
    const part = gap / (Math.hypot(ex, ey) || 1);
    return {x: end.x + ex * part, y: end.y + ey * part};
  };
  const at = ({x, y}: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const path = `M${at(towardsBend(from, kRadius + 2))} Q${at(bend)} ${at(towardsBend(to, kRadius + kGap))}`;
  return {path, label: aside(kLabel)};
}
