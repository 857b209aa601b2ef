/** hapax's own version; a test keeps it equal to package.json's. */
export const HAPAX_VERSION = '0.1.0';
