/** Where node:net cannot do what the boundary asks, by the name of the conformance case; each with its reason. */
export const NODE_EXCEPTIONS: Readonly<Record<string, string>> = {};
