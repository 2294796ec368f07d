/** Addresses: every place of the page as a hash, so that links lead there and Back works. Pure. */

export type Place =
  | { readonly screen: 'runs'; readonly look?: Look }
  | { readonly screen: 'trash' }
  | { readonly screen: 'queue' }
  | { readonly screen: 'run'; readonly run: string; readonly section: RunSection }
  | { readonly screen: 'compare'; readonly runs: readonly string[]; readonly look?: Look }
  | { readonly screen: 'design'; readonly network: string | null }
  | { readonly screen: 'data'; readonly dataset: string | null; readonly import?: string }
  | { readonly screen: 'engine' }
  /** A question by its name, or a study by its id. */
  | { readonly screen: 'studies'; readonly study: string | null }
  | { readonly screen: 'settings' };

/** How a screen is looked at, as the query of its address: what it leaves out is as usual. */
export type Look = Readonly<Record<string, string>>;

export const runSections = ['curves', 'evaluation', 'blocks', 'recipe', 'network', 'device', 'log'] as const;
export type RunSection = (typeof runSections)[number];

const isRunSection = (text: string | undefined): text is RunSection =>
  (runSections as readonly (string | undefined)[]).includes(text);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What a query says beyond the runs it names. */
function lookOf(query: string): { look?: Look } {
  const look = Object.fromEntries([...new URLSearchParams(query)].filter(([key, value]) => key !== 'runs' && value));
  return Object.keys(look).length > 0 ? { look } : {};
}

/** `?runs=a,b&x=step`; nothing where there is nothing to say. */
function queryOf(runs: readonly string[], look: Look = {}): string {
  const parts = runs.length > 0 ? [`runs=${runs.map(encodeURIComponent).join(',')}`] : [];
  const rest = new URLSearchParams(Object.entries(look).filter(([, value]) => value)).toString();
  return parts.length > 0 || rest ? `?${[...parts, ...(rest ? [rest] : [])].join('&')}` : '';
}

/** The place of a hash such as `#/runs/ab12`. Whatever is not an address is the list of runs. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [screen, name, section] = path.split('/').map(decoded);
  switch (screen) {
    case 'runs':
      return name
        ? { screen: 'run', run: name, section: isRunSection(section) ? section : 'curves' }
        : { screen: 'runs', ...lookOf(query) };
    case 'trash':
      return { screen: 'trash' };
    case 'queue':
      return { screen: 'queue' };
    case 'compare': {
      const runs = (new URLSearchParams(query).get('runs') ?? '').split(',').filter(Boolean);
      return { screen: 'compare', runs, ...lookOf(query) };
    }
    case 'design':
      return { screen: 'design', network: name || null };
    case 'data':
      // No dataset is called `import`: ids are hexadecimal, or the names of built-in sets.
      if (name === 'import' && section) return { screen: 'data', dataset: null, import: section };
      return { screen: 'data', dataset: name || null };
    case 'engine':
      return { screen: 'engine' };
    case 'studies':
      return { screen: 'studies', study: name || null };
    case 'settings':
      return { screen: 'settings' };
    default:
      return { screen: 'runs' };
  }
}

/** The hash of a place; `placeOf` reads it back. */
export function addressOf(place: Place): string {
  const name = (text: string | null) => (text ? `/${encodeURIComponent(text)}` : '');
  switch (place.screen) {
    case 'run':
      return `#/runs${name(place.run)}${place.section === 'curves' ? '' : `/${place.section}`}`;
    case 'compare':
      return `#/compare${queryOf(place.runs, place.look)}`;
    case 'runs':
      return `#/runs${queryOf([], place.look)}`;
    case 'studies':
      return `#/studies${name(place.study)}`;
    case 'design':
      return `#/design${name(place.network)}`;
    case 'data':
      return place.import ? `#/data/import${name(place.import)}` : `#/data${name(place.dataset)}`;
    default:
      return `#/${place.screen}`;
  }
}

/** Entry of the rail that a place belongs to. */
export const railOf = (place: Place): string =>
  place.screen === 'run' || place.screen === 'trash' || place.screen === 'queue' ? 'runs' : place.screen;
