/** What a text of bytes, one per character, has at its places. */

/** The entry of a set of characters for that at a place of the text: all above a byte are one. */
export function setIndex(text: string, at: number): number {
  const found = text.charCodeAt(at);
  return found > 255 ? 256 : found;
}

/** Whether a letter, a digit or an underscore stands there. */
export function isWord(text: string, at: number): boolean {
  const found = text.charCodeAt(at);
  return (found >= 97 && found <= 122) || (found >= 65 && found <= 90) || (found >= 48 && found <= 57) || found === 95;
}

/** Whether what stands at `first` stands at `second` too. */
export function recurs(text: string, first: number, second: number, length: number, ignoreCase: boolean): boolean {
  if (second + length > text.length) return false;
  for (let index = 0; index < length; index++) {
    const one = text.charCodeAt(first + index);
    const other = text.charCodeAt(second + index);
    if (one !== other && !(ignoreCase && lower(one) === lower(other))) return false;
  }
  return true;
}

const lower = (letter: number) => (letter >= 65 && letter <= 90 ? letter + 32 : letter);
