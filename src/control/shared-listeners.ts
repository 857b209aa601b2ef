/** The listening sockets of the linux engine: opened here, shared with the traffic threads as descriptors, closed here. */
import type { FrontendModel, ListenerModel, Model } from '../config/model.ts';
import { type DescriptorOptions, openListeningDescriptor } from '../system/listening-descriptor.ts';
import type { OptionFailure } from '../system/socket-options.ts';
import type { Syscalls } from '../system/syscalls.ts';
import { listenerSocketOptions } from '../traffic/socket-plan.ts';
import type { BindFailure, SharedListener } from '../traffic/traffic-handle.ts';

/** Clients that may at least wait at a listener, where the configuration does not say how many. */
const WAITING_ROOM = 1024;

/** An option of a listener that the kernel has refused; it listens without. */
export interface OptionRefusal {
  readonly proxy: number;
  readonly listener: number;
  readonly failure: OptionFailure;
}

export class SharedListeners {
  readonly #calls: Syscalls;
  #open: readonly SharedListener[] = [];

  constructor(calls: Syscalls) {
    this.#calls = calls;
  }

  /** Opens every TCP frontend's sockets; all that could not be are in `failures`, what they go without in `refusals`. */
  open(model: Model): {
    readonly listeners: readonly SharedListener[];
    readonly failures: readonly BindFailure[];
    readonly refusals: readonly OptionRefusal[];
  } {
    const listeners: SharedListener[] = [];
    const failures: BindFailure[] = [];
    const refusals: OptionRefusal[] = [];
    const reusePort = model.global.noReusePort !== true;
    for (const { frontend, disabled, mode, index: proxy } of model.proxies) {
      if (frontend === undefined || disabled || mode !== 'tcp') continue;
      frontend.listeners.forEach((listener, at) => {
        const refused = (failure: OptionFailure) => refusals.push({ proxy, listener: at, failure });
        const opened = openListeningDescriptor(this.#calls, {
          ...descriptorOptions(listener, frontend),
          reusePort,
          refused,
        });
        if ('code' in opened) failures.push({ proxy, listener: at, code: opened.code });
        else listeners.push({ proxy, listener: at, ...opened });
      });
    }
    this.#open = listeners;
    return { listeners, failures, refusals };
  }

  /** To be called when no thread accepts from them any more. Safe to call twice. */
  close(): void {
    for (const { fd } of this.#open) this.#calls.close(fd);
    this.#open = [];
  }
}

function descriptorOptions(listener: ListenerModel, frontend: FrontendModel): DescriptorOptions {
  const { address, v6only, mode, uid, gid } = listener;
  const backlog = listener.backlog ?? frontend.backlog ?? Math.max(WAITING_ROOM, frontend.maxconn);
  const socket = listenerSocketOptions(listener, frontend, backlog);
  return {
    address,
    backlog,
    keepAlive: frontend.tcpKeepAlive,
    ...(socket === undefined ? {} : { socket }),
    ...(v6only === undefined ? {} : { v6only }),
    ...(mode === undefined ? {} : { mode }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  };
}
