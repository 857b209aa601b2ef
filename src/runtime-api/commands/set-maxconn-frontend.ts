import { leadingInteger } from '../../config/leading-integer.ts';
import { type Command, done, failure } from '../command.ts';

export const setMaxconnFrontend: Command = {
  words: ['set', 'maxconn', 'frontend'],
  usage: 'set maxconn frontend <frontend> <value>',
  help: "change a frontend's maxconn setting",
  level: 'admin',
  run({ view, control }, [name, text]) {
    if (name === undefined || name === '') return failure('A frontend name is expected.');
    const proxy = view.model.proxies.find((each) => each.name === name && each.frontend !== undefined);
    if (proxy === undefined) return failure('No such frontend.');
    if (text === undefined || text === '') return failure('Integer value expected.');
    const maxconn = leadingInteger(text);
    if (maxconn < 0 || maxconn > 0x7fff_ffff) return failure('Value out of range.');
    control.setFrontendMaxconn(view.slots.frontend[proxy.index] as number, maxconn);
    return done;
  },
};
