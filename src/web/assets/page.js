/**
 * Keeps the statistics page up to date in place, filters it, and says what changed. Everything else works without it.
 * The page's texts come from servers: they are only ever set as text.
 */
(() => {
  const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const body = document.body;
  const seconds = Number(body.dataset.live ?? 0);
  const FOLLOWS = 26;
  const LAST_CHECK = 22;
  const STORE = `hapax ${location.pathname}`;

  /** @typedef {[key: string, className: string, cells: string[], story: string, facts: string[]]} Row */
  /** @type {Map<string, { row: HTMLTableRowElement, seen: string, text: string }>} */
  const rows = new Map();

  const collect = () => {
    rows.clear();
    for (const row of /** @type {NodeListOf<HTMLTableRowElement>} */ (document.querySelectorAll('tr[data-r]'))) {
      rows.set(row.dataset.r ?? '', { row, seen: '', text: textOf(row) });
    }
  };

  /** What the filter looks at: the names, the status and the story, but not the figures. */
  const textOf = (/** @type {HTMLTableRowElement} */ row) => {
    const cell = (/** @type {number} */ at) => row.cells[at + 2]?.textContent ?? '';
    return `${row.id} ${cell(LAST_CHECK - 1)} ${cell(LAST_CHECK)}`.toLowerCase();
  };

  // --- the filter -------------------------------------------------------------------------------------------------

  const filter = /** @type {HTMLInputElement} */ ($('filter'));

  const applyFilter = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let servers = 0;
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('section.proxy'))) {
      let any = false;
      /** @type {HTMLElement[]} */
      const others = [];
      let othersMatch = false;
      for (const row of /** @type {NodeListOf<HTMLTableRowElement>} */ (section.querySelectorAll('tr[data-r]'))) {
        const text = rows.get(row.dataset.r ?? '')?.text ?? '';
        const matches = words.every((word) => text.includes(word));
        if (row.dataset.r?.includes('.s.')) {
          servers++;
          if (matches) shown++;
          row.hidden = !matches;
          any ||= matches;
        } else {
          others.push(row);
          othersMatch ||= matches;
        }
      }
      // The sums stand as long as one of their servers does.
      for (const row of others) row.hidden = !(any || othersMatch);
      section.hidden = !(any || othersMatch);
    }
    $('found').textContent = words.length === 0 ? '' : `${shown} of ${servers} servers`;
  };

  // --- what survives a reload ----------------------------------------------------------------------------------------

  const save = () => {
    try {
      sessionStorage.setItem(STORE, JSON.stringify({ filter: filter.value, y: scrollY, paused }));
    } catch {
      // Storage may be forbidden; then nothing survives.
    }
  };
  const restore = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE) ?? '{}');
      if (typeof kept.filter === 'string') filter.value = kept.filter;
      if (kept.paused === true) pause(true);
      if (typeof kept.y === 'number' && location.hash === '') scrollTo(0, kept.y);
    } catch {
      // Not ours, or forbidden.
    }
  };

  // --- updating in place ---------------------------------------------------------------------------------------------

  let paused = false;
  let busy = false;
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const address = (/** @type {string} */ also) => {
    // A password in the address cannot be asked with; the browser has it anyway.
    const { protocol, host, pathname, search } = location;
    return `${protocol}//${host}${pathname}${search}${also}`.replace(/;st=[A-Z]+/, '');
  };

  const pause = (/** @type {boolean} */ on) => {
    paused = on;
    $('pause').setAttribute('aria-pressed', String(on));
    $('pause').textContent = on ? 'Resume' : 'Pause';
    if (on) say('Updates are paused.', '');
    schedule(0);
  };

  const say = (/** @type {string} */ text, /** @type {string} */ state) => {
    $('live').textContent = text;
    $('live').className = state;
  };

  const schedule = (/** @type {number} */ delay) => {
    clearTimeout(timer);
    if (seconds > 0 && !paused && !document.hidden) timer = setTimeout(update, delay);
  };

  const update = async () => {
    if (busy) return;
    busy = true;
    const began = performance.now();
    let next = seconds * 1000;
    try {
      const answer = await fetch(address(';live'), { cache: 'no-store', signal: AbortSignal.timeout(30_000) });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const state = await answer.json();
      if (state.build !== body.dataset.build) return location.reload();
      await show(state);
      failures = 0;
      if (!paused) say(`Live, ${new Date().toLocaleTimeString()}`, 'on');
      // A large page is asked for less often: at most a tenth of the time goes into it.
      next = Math.max(next, 9 * (performance.now() - began));
    } catch (error) {
      failures++;
      next = Math.min(60_000, next * 2 ** Math.min(failures, 4));
      const why = error instanceof Error && error.message.startsWith('status') ? ` (${error.message})` : '';
      if (!paused) say(`No answer${why}: these figures are old.`, 'off');
    } finally {
      busy = false;
    }
    schedule(next);
  };

  /** @param {any} state What `;live` gives. */
  const show = async (state) => {
    const keys = state.rows.map((/** @type {Row} */ [key]) => key);
    if (keys.length !== rows.size || keys.some((/** @type {string} */ key) => !rows.has(key))) await rebuild();
    /** @type {string[]} */
    const news = [];
    for (const row of state.rows) showRow(row, news);
    showLines(state.lines);
    for (const [at, count] of state.counts.entries()) {
      const swatch = $('legend').children[at]?.firstElementChild;
      if (swatch) setText(swatch, String(count));
    }
    showAttention(state);
    measure();
    if (news.length > 0) {
      $('news').textContent = news.slice(0, 5).join('. ');
      if (filter.value !== '') applyFilter();
    }
  };

  const setText = (/** @type {Element} */ element, /** @type {string} */ text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  /** @param {Row} data @param {string[]} news */
  const showRow = (data, news) => {
    const [key, className, cells, story, facts] = data;
    const known = rows.get(key);
    if (known === undefined) return;
    const all = JSON.stringify(data);
    if (known.seen === all) return;
    const { row } = known;
    let column = 2;
    for (let at = 0; at < cells.length; at++) {
      const cell = row.cells[column++];
      if (cell === undefined) continue;
      const text = cells[at] ?? '';
      if (at === LAST_CHECK && story !== '') showCheck(cell, text, story);
      else if (at === FOLLOWS && cell.colSpan > 1) at += 2;
      else if (cell.textContent !== text) {
        cell.textContent = text;
        cell.className = text === '0' || text === '0s' ? 'z' : '';
      }
    }
    row.querySelectorAll('dd').forEach((value, at) => {
      setText(value, facts[at] ?? '');
    });
    if (row.className.replace(' changed', '') !== className) {
      row.className = className;
      // Read once, so that the mark appears anew.
      void row.offsetWidth;
      row.classList.add('changed');
      news.push(`${row.id}: ${cells[LAST_CHECK - 1]?.replace(/^\S+ (?=[A-Z])/, '')}`);
    }
    known.seen = all;
    known.text = textOf(row);
  };

  const showCheck = (/** @type {Element} */ cell, /** @type {string} */ text, /** @type {string} */ story) => {
    const button = /** @type {HTMLElement | null} */ (cell.firstElementChild);
    if (button) {
      setText(button, text);
      button.hidden = text === '';
    }
    const words = cell.querySelector('.story');
    if (words) setText(words, story);
  };

  const showLines = (/** @type {string[][]} */ lines) => {
    lines.forEach((parts, at) => {
      const line = $('lines').children[at];
      if (!line || line.textContent === parts.join('')) return;
      line.replaceChildren(
        ...parts.map((part, index) => {
          if (index % 2 === 1 || part === '') return part;
          const bold = document.createElement('b');
          bold.textContent = part;
          return bold;
        }),
      );
    });
  };

  const showAttention = (/** @type {any} */ state) => {
    setText($('headline'), state.headline);
    $('now').classList.toggle('fine', state.fine);
    const list = $('attention');
    const wanted = JSON.stringify(state.attention);
    if (list.dataset.seen === wanted) return;
    list.dataset.seen = wanted;
    list.replaceChildren(
      ...state.attention.map((/** @type {string[]} */ [, path, className, status, story]) => {
        const item = document.createElement('li');
        const link = document.createElement('a');
        link.className = `pill ${className}`;
        link.href = `#${path}`;
        link.textContent = `${path} ${status}`;
        const words = document.createElement('span');
        words.textContent = story ?? '';
        item.append(link, ' ', words);
        return item;
      }),
    );
    document.title = document.title
      .replace(/^\(\d+\) /, '')
      .replace(/^/, state.troubled > 0 ? `(${state.troubled}) ` : '');
  };

  /** Other rows than before: the tables are taken from the page as it is now; checked servers stay checked. */
  const rebuild = async () => {
    const answer = await fetch(address(''), { cache: 'no-store', signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('tables');
    if (fresh === null) throw new Error('no tables');
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('tr[data-r] input:checked'));
    const checked = [...boxes].map((box) => box.closest('tr')?.dataset.r);
    $('tables').replaceChildren(...fresh.childNodes);
    collect();
    for (const key of checked) {
      const box = rows.get(key ?? '')?.row.querySelector('input');
      if (box) box.checked = true;
    }
    prepare();
    measure();
    applyFilter();
  };

  // --- boxes and keys ------------------------------------------------------------------------------------------------

  /** Tables that fit keep their heads in sight, and need no stop of the Tab key to be scrolled. */
  const measure = () => {
    const areas = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.scroll')]);
    const fits = areas.map((area) => area.scrollWidth <= area.clientWidth);
    areas.forEach((area, at) => {
      area.classList.toggle('fits', fits[at]);
      area.tabIndex = fits[at] ? -1 : 0;
    });
  };
  addEventListener('resize', measure);

  /** Boxes that check all need this script, so it shows them. */
  const prepare = () => {
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('input.all, .pick'))) {
      box.hidden = false;
    }
  };

  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    const form = target.closest('form');
    if (form === null || target.type !== 'checkbox') return;
    const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('tr[data-r] input')]);
    // What the filter hides is not meant.
    const seen = boxes.filter((box) => !box.closest('tr')?.hidden);
    if (target.matches('.all')) for (const box of seen) box.checked = target.checked;
    const count = seen.filter((box) => box.checked).length;
    for (const all of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('.all'))) {
      all.checked = count > 0 && count === seen.length;
      all.indeterminate = count > 0 && count < seen.length;
    }
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      filter.focus();
    }
  });

  filter.addEventListener('input', applyFilter);
  $('pause').addEventListener('click', () => pause(!paused));
  document.addEventListener('visibilitychange', () => schedule(0));
  addEventListener('pagehide', save);
  addEventListener('pageshow', (event) => {
    if (event.persisted) schedule(0);
  });

  // --- the beginning -------------------------------------------------------------------------------------------------

  collect();
  prepare();
  measure();
  $('tools').hidden = false;
  if (matchMedia('(max-width: 760px)').matches) document.querySelector('details.about')?.removeAttribute('open');
  if (seconds > 0) {
    say('Live', 'on');
    schedule(seconds * 1000);
    // The header `refresh` is for browsers without this script: here it would only lose what is checked and open.
    if (document.readyState === 'complete') stop();
    else addEventListener('load', () => setTimeout(stop));
  } else {
    $('pause').hidden = true;
    say('Not updated.', '');
  }
  restore();
  if (filter.value !== '') applyFilter();
  // The message of an action is told once.
  if (location.href.includes(';st=')) history.replaceState(null, '', address('') + location.hash);
})();
