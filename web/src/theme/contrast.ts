// Whether text on the accent can be read (WCAG 1.4.3): an owner's colour is taken as it is, the text on it is
// black or white where theirs is too near.

const ENOUGH = 4.5;

/** Sets the text on the accent of this element, whose accent may be anybody's choice. */
export function legible(element: HTMLElement): void {
  element.style.removeProperty('--_on-accent');
  const style = getComputedStyle(element);
  const accent = rgb(style.accentColor);
  const text = rgb(style.outlineColor);
  if (!accent || !text || contrast(accent, text) >= ENOUGH) return;
  const black = contrast(accent, [0, 0, 0]);
  const white = contrast(accent, [255, 255, 255]);
  element.style.setProperty('--_on-accent', black > white ? '#000' : '#fff');
}

type Rgb = [number, number, number];

/** The relative contrast of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Of a colour as browsers compute it: `rgb(…)`, or `color(srgb …)`. */
function rgb(computed: string): Rgb | undefined {
  const parts = computed.match(/-?[\d.]+(e-?\d+)?/g)?.map(Number);
  if (!parts || parts.length < 3) return undefined;
  const scale = computed.startsWith('color(srgb') ? 255 : 1;
  if (!computed.startsWith('rgb') && scale === 1) return undefined;
  return [parts[0]! * scale, parts[1]! * scale, parts[2]! * scale];
}
