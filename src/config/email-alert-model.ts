/** Mail about servers in the model. */
import type { AddressModel } from './model.ts';

/** `email-alert` of a proxy with the `mailers` section it names. */
export interface EmailAlertModel {
  readonly from: string;
  readonly to: string;
  /** 0-7: less severe (higher) events are not mailed. */
  readonly level: number;
  /** What is said after `HELO`; absent: the machine's name. */
  readonly hostname?: string;
  /** Each of them is sent every mail. */
  readonly mailers: readonly MailerModel[];
  /** `timeout mail`: ms for one mail, from the connection to the last answer. */
  readonly timeout: number;
}

export interface MailerModel {
  readonly name: string;
  readonly address: AddressModel;
}
