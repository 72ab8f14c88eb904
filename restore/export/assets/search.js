'use strict';
(() => {
  // The search reads search/N.js, the newest first, and shows what it finds as
  // text: nothing here makes markup of it.
  const data = JSON.parse(document.getElementById('data').textContent);
  const query = document.getElementById('query');
  const found = document.getElementById('found');
  const list = document.getElementById('chats');
  const chats = new Map();
  for (const a of list.children) {
    const [index, row] = a.dataset.chat.split(' ');
    chats.set(index, { a, row, name: a.querySelector('.s').textContent });
  }
  query.parentNode.hidden = false;

  const keep = 32; // parts to keep in memory; others are read again
  const batch = 100; // results at a time
  const kept = new Map();
  let waiting = null;
  let run = 0;

  window.touchback = (n, lines) => { if (waiting && waiting.n === n) waiting.lines = lines; };

  const load = n => kept.has(n) ? Promise.resolve(kept.get(n)) : new Promise((done, fail) => {
    const s = document.createElement('script');
    const job = waiting = { n, lines: null };
    s.src = 'search/' + n + '.js';
    s.onload = () => {
      s.remove();
      if (job.lines === null) { fail(); return; }
      if (kept.size < keep) kept.set(n, job.lines);
      done(job.lines);
    };
    s.onerror = () => { s.remove(); fail(); };
    document.head.append(s);
  });

  // One part is read at a time, whoever asks.
  let turn = Promise.resolve();
  const read = n => turn = turn.catch(() => {}).then(() => load(n));

  const fold = s => s.toLowerCase();

  const element = (tag, cls, text) => {
    const e = document.createElement(tag);
    e.className = cls;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // Shows the text around the first match, with all matches in it marked.
  const excerpt = (text, words) => {
    const e = element('span', 't');
    e.dir = 'auto';
    let low = fold(text);
    if (low.length !== text.length) { e.textContent = text.slice(0, 240); return e; }
    const at = Math.max(0, Math.min(...words.map(w => low.indexOf(w))) - 60);
    text = (at ? '…' : '') + text.slice(at, at + 240) + (text.length > at + 240 ? '…' : '');
    low = fold(text);
    let from = 0;
    while (low.length === text.length) {
      let next = -1, size = 0;
      for (const w of words) {
        const i = low.indexOf(w, from);
        if (i >= 0 && (next < 0 || i < next || i === next && w.length > size)) { next = i; size = w.length; }
      }
      if (next < 0) break;
      e.append(text.slice(from, next), element('mark', '', text.slice(next, next + size)));
      from = next + size;
    }
    e.append(text.slice(from));
    return e;
  };

  const result = (f, words) => {
    const chat = chats.get(String(parseInt(f[0], 36)));
    if (!chat) return null;
    const a = element('a', 'c');
    a.href = 'chats/' + chat.row + '-' + parseInt(f[1], 36) + '.html#m' + parseInt(f[2], 36);
    const w = element('span', 'w');
    const s = element('span', 's', chat.name);
    s.dir = 'auto';
    const who = data.senders[parseInt(f[4], 36)];
    w.append(s);
    if (who && who !== chat.name) {
      const x = element('span', 'x', who);
      x.dir = 'auto';
      w.append(x);
    }
    w.append(excerpt(f.slice(5).join(' '), words));
    a.append(w);
    if (f[3]) {
      const d = new Date(parseInt(f[3], 36) * 60000);
      if (!isNaN(d)) a.append(element('span', 'd', d.toISOString().slice(0, 16).replace('T', ' ')));
    }
    return a;
  };

  const showChats = words => {
    let n = 0;
    for (const c of chats.values()) {
      const name = fold(c.name);
      const is = words.every(w => name.includes(w));
      c.a.hidden = !is;
      if (is) n++;
    }
    return n;
  };

  const search = async () => {
    const mine = ++run;
    const text = query.value.normalize('NFC').replace(/\s+/g, ' ').trim();
    const words = fold(text).split(' ').filter(w => w);
    found.replaceChildren();
    showChats(words);
    if (text.length < 2) { list.hidden = false; return; }
    const said = element('p', 'x', 'Searching…');
    const results = element('div', 'results');
    const more = element('button', 'more', 'Show more');
    more.hidden = true;
    found.append(said, results, more);
    let room = batch, count = 0;
    try {
      for (let n = data.shards - 1; n >= 0; n--) {
        const lines = await read(n);
        if (mine !== run) return;
        const low = fold(lines);
        if (!words.every(w => low.includes(w))) continue;
        const whole = lines.split('\n'), folded = low.split('\n');
        for (let i = whole.length - 2; i >= 0; i--) {
          const text = folded[i].split('\t').slice(5).join(' ');
          if (!words.every(w => text.includes(w))) continue;
          const r = result(whole[i].split('\t'), words);
          if (!r) continue;
          if (room === 0) {
            said.textContent = 'The newest ' + count.toLocaleString('en') + ' messages';
            more.hidden = false;
            await new Promise(go => { more.onclick = go; });
            if (mine !== run) return;
            more.hidden = true;
            room = batch;
          }
          results.append(r);
          room--;
          count++;
        }
        said.textContent = count.toLocaleString('en') + (count === 1 ? ' message' : ' messages') + ' so far…';
      }
    } catch (e) {
      if (mine === run) said.textContent = 'The search could not read the folder “search” beside this page.';
      return;
    }
    said.textContent = count === 0 ? 'No message found' : count === 1 ? '1 message' : count.toLocaleString('en') + ' messages';
  };

  let timer = 0;
  query.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, 150); });
  document.addEventListener('keydown', e => {
    if (e.key === '/' && document.activeElement !== query) { e.preventDefault(); query.focus(); }
  });
  if (query.value) search();
})();
