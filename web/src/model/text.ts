// Names come from files that nobody vouches for.

/** Characters that have no glyph of their own, or change how their neighbours are shown. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** The text with control, format, bidirectional and odd space characters written as `\u202E`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** `1 package`, `2 packages`, `1,234 packages`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** A CVSS score as it is always written, with one decimal. */
export function score(value: number): string {
  return value.toFixed(1);
}
