/** What is picked on the stage: its inspector is open, and the lesson may point at it. */
export type Selection =
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'service'; readonly id: string };
