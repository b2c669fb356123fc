// Numbers and times as people read them.

// A decimal string, exact however long, in groups of three. The minus is the typographic one, which screen
// readers say.
export function grouped(decimal: string | bigint): string {
  const text = decimal.toString();
  const digits = text.replace(/^-/, '').replace(/\B(?=(\d{3})+$)/g, ',');
  return text.startsWith('-') ? `\u2212${digits}` : digits;
}

export function signed(value: bigint): string {
  return value > 0n ? `+${grouped(value)}` : grouped(value);
}

const kUnits: [number, string][] = [
  [1e9, ' G'],
  [1e6, ' M'],
  [1e3, ' k'],
];
const kWhole = 10_000; // smaller ones are shown without a unit

// A rate, to three digits or so: 0.4, 12.5, 1,234, 12.3 k.
export function rate(perSecond: number | null): string {
  if (perSecond === null) return '–';
  const size = Math.abs(perSecond);
  const [scale, unit] = (size < kWhole ? undefined : kUnits.find(([least]) => size >= least)) ?? [1, ''];
  const scaled = perSecond / scale;
  const decimals = Math.abs(scaled) >= 100 || Number.isInteger(scaled) ? 0 : 1;
  const [whole = '', fraction] = scaled.toFixed(decimals).split('.');
  return grouped(whole) + (fraction === undefined ? '' : `.${fraction}`) + unit;
}

// 410 ms, 1.2 s, 12 s, 3 min, 5 h, 2 d.
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)}%`;
}

// "a", "a and b", "a, b and c".
export function listed(names: string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

// A name that could not be seen is told by its code points.
export function visible(name: string): string {
  if (/[^\p{Z}\p{C}]/u.test(name)) return name;
  const points = [...name].map(one => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return `(blank: ${points.join(' ')})`;
}
