/** Where a page lies in its list. */
export interface PagePosition {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
}

/** `Link` header of a page by RFC 8288: self, first, prev, next, last, where they exist. */
export function pageLinks(url: string, position: PagePosition): string {
  const { offset, limit, total } = position;
  const links: [relation: string, offset: number][] = [['self', offset]];
  if (limit > 0) {
    links.push(['first', 0]);
    if (offset > 0) links.push(['prev', Math.max(0, offset - limit)]);
    if (offset + limit < total) links.push(['next', offset + limit]);
    links.push(['last', total === 0 ? 0 : Math.floor((total - 1) / limit) * limit]);
  }
  return links.map(([relation, at]) => `<${withPage(url, at, limit)}>; rel="${relation}"`).join(', ');
}

function withPage(url: string, offset: number, limit: number): string {
  const page = new URL(url);
  page.searchParams.set('offset', String(offset));
  page.searchParams.set('limit', String(limit));
  return page.href;
}
