import { NodeEngine } from '../../src/traffic/engines/node/engine.ts';
import { SocketWorld } from './socket-world.ts';

export class NodeWorld extends SocketWorld {
  readonly engine = new NodeEngine();

  open(): number {
    return this.engine.openConnections;
  }

  protected checkTimers(): void {
    if (this.engine.timers.size !== 0) throw new Error('timers left');
  }
}
