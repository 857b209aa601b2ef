/** How hapax names itself to the tools that read HAProxy's statistics. */
import { HAPAX_VERSION } from '../version.ts';

/**
 * The version in `show info`, `show version` and on the page. Tools parse major and minor to know which columns to
 * expect, so it begins with the HAProxy version whose columns these are.
 */
export const COMPATIBLE_VERSION = `3.4.0-hapax-${HAPAX_VERSION}`;

/** `Release_date`, in HAProxy's form. */
export const RELEASE_DATE = '2026/11/21';
