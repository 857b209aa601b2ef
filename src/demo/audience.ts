/** Who watches: a terminal that can be drawn on, or something that takes lines. */
import type { WriteStream } from 'node:tty';
import { LiveScreen } from './live-screen.ts';
import { clockText, type Picture, visitorsText } from './picture.ts';
import { PlainReport } from './plain-report.ts';
import { layOut } from './screen-layout.ts';
import { wrapText } from './styled-line.ts';

/** Happenings that stay on the terminal when its own screen is back. */
const REPEATED = 10;

export interface Audience {
  /** Before the first picture: texts that stay. */
  say(text: string): void;
  begin(picture: Picture): void;
  show(picture: Picture): void;
  /** The last picture. */
  end(picture: Picture): void;
}

/** Said when everything has ended. */
function farewell(picture: Picture): string {
  const { hapax } = picture.places;
  return (
    `Ended after ${Math.round(picture.elapsed / 1000)} s. ${visitorsText(picture)}\n` +
    `With a haproxy.cfg of your own:\n    ${hapax} -c -f FILE    checks it\n    ${hapax} -f FILE       runs it\n`
  );
}

export function newAudience(out: NodeJS.WriteStream, options: { readonly plain: boolean }): Audience {
  const terminal = out.isTTY && !options.plain && process.env.TERM !== 'dumb';
  return terminal ? watchLive(out) : watchLines(out);
}

function watchLines(out: NodeJS.WriteStream): Audience {
  const write = (text: string) => void out.write(text);
  const report = new PlainReport(write);
  return {
    say: write,
    begin: (picture) => report.begin(picture),
    show: (picture) => report.show(picture),
    end(picture) {
      report.show(picture);
      write('\n');
      report.table(picture);
      write(farewell(picture));
    },
  };
}

/** NO_COLOR (no-color.org): any value but the empty one. */
function wantsColour(out: WriteStream): boolean {
  return (process.env.NO_COLOR ?? '') === '' && out.hasColors();
}

function watchLive(out: WriteStream): Audience {
  const screen = new LiveScreen(out, wantsColour(out));
  let last: Picture | undefined;
  const draw = () => {
    if (last !== undefined) screen.show(layOut(last, screen.size));
  };
  const resized = () => {
    screen.forget();
    draw();
  };
  // Ctrl-Z: the shell gets its own screen back until `fg`.
  const suspended = () => {
    screen.close();
    process.kill(process.pid, 'SIGSTOP');
  };
  const resumed = () => {
    screen.open();
    draw();
  };
  const leave = () => screen.close();
  return {
    say: (text) => void out.write(text),
    begin(picture) {
      last = picture;
      process.once('exit', leave);
      process.on('SIGTSTP', suspended);
      process.on('SIGCONT', resumed);
      out.on('resize', resized);
      screen.open();
      draw();
    },
    show(picture) {
      last = picture;
      draw();
    },
    end(picture) {
      out.removeListener('resize', resized);
      process.removeListener('SIGTSTP', suspended);
      process.removeListener('SIGCONT', resumed);
      process.removeListener('exit', leave);
      screen.close();
      const told = picture.happenings.slice(-REPEATED).flatMap(({ at, text }) => {
        const [first = '', ...more] = wrapText(text, Math.max(20, screen.size.columns - 11));
        return [`${clockText(at)}  ${first}\n`, ...more.map((row) => `          ${row}\n`)];
      });
      out.write(`${told.join('')}\n${farewell(picture)}`);
    },
  };
}
