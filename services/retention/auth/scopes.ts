export const scopes = [
  'churn:score:read',
  'churn:score:write',
  'workorder:read',
  'workorder:write',
  'events:subscribe',
] as const;
export type Scope = (typeof scopes)[number];

export function isScope(text: string): text is Scope {
  return scopes.some((scope) => scope === text);
}
