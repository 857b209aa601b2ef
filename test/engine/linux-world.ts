import { createLinuxEngine } from '../../src/traffic/engines/linux/engine.ts';
import { SocketWorld } from './socket-world.ts';

/** The engine's own loop turns inside Node's, without waiting, so that the peers around it have their turns too. */
export class LinuxWorld extends SocketWorld {
  readonly engine = createLinuxEngine();
  #driver: NodeJS.Immediate | undefined;

  constructor() {
    super();
    const drive = () => {
      this.engine.turn(0);
      this.#driver = setImmediate(drive);
    };
    this.#driver = setImmediate(drive);
  }

  open(): number {
    return this.engine.openConnections;
  }

  protected checkTimers(): void {
    if (this.engine.timers !== 0) throw new Error('timers left');
  }

  override async close(): Promise<void> {
    try {
      await super.close();
    } finally {
      clearImmediate(this.#driver);
    }
  }
}
