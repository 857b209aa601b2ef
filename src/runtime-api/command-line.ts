/** Splits a line of the stats socket into commands and words. */

/**
 * Commands are parted by `;`, words by blanks; a backslash takes the special meaning from the character after it. Quotes
 * mean nothing (measured on HAProxy 2.6). An empty command gives an empty list of words.
 */
export function splitCommands(line: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (character === '\\') {
      index++;
      word = (word ?? '') + line.charAt(index);
    } else if (character === ';') {
      endWord();
      commands.push(words);
      words = [];
    } else if (character === ' ' || character === '\t' || character === '\r') {
      endWord();
    } else {
      word = (word ?? '') + character;
    }
  }
  endWord();
  commands.push(words);
  return commands;
}
