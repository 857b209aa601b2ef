import { type Command, done, failure } from '../command.ts';

/** Stick tables. A configuration with one is refused, so the list is empty and no name is known; clients ask nevertheless. */
export const showTable: Command = {
  words: ['show', 'table'],
  usage: 'show table [<table>]',
  help: 'list the stick tables, or the entries of one',
  level: 'user',
  run(_context, [name]) {
    return name === undefined ? done : failure('No such table');
  },
};
