/** Where this engine does otherwise than the boundary's common case, by the name of the conformance case; each with its reason. */
export const LINUX_EXCEPTIONS: Readonly<Record<string, string>> = {
  'beyond its backlog a paused listener drops clients and counts them':
    'the kernel leaves who is too many unanswered, and they try again: nobody is dropped, and nobody can be counted',
};
