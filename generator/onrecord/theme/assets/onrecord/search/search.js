/* The search. It runs on its own page only: it loads the titles of everything first, then words, the newest first,
   until there are enough results. What it finds is written as text and never as HTML. */
(() => {
  "use strict";
  const page = document.querySelector(".search[data-words]");
  if (!page) return;
  const STEP = 20;
  const LONGEST = 240;
  const words = JSON.parse(page.dataset.words);
  const states = JSON.parse(page.dataset.states);
  const [form, field, found, list, more] = ["form", "input", ".found", ".results", ".more"].map((part) => page.querySelector(part));
  const language = document.documentElement.lang || "en";
  /* The reader's own variety of the page's language, as on every other page. */
  const tongue = navigator.languages.find((one) => one.split("-")[0] === language.split("-")[0]) || (language === "en" ? "en-GB" : language);
  const date = new Intl.DateTimeFormat(tongue, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const plural = new Intl.PluralRules(language);

  /* ---- Words as they are compared: without case and accents; Latin letters that have no accent to lose are spelt out. */
  const SPELT = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };
  const fold = (text) => {
    const small = text.toLowerCase();
    if (/^[\0-\x7f]*$/.test(small)) return small;
    const bare = small.normalize("NFKD").replace(/[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g, "").normalize("NFC");
    return bare.replace(/[ßæœøđðłþı]/g, (letter) => SPELT[letter]);
  };
  /* Scripts that put no space between words: what is looked for may stand anywhere in a run of them. */
  const DENSE = "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}ー";
  const PIECES = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{L}\\p{N}\\p{M}])+`, "gu");
  const isDense = new RegExp(`^[${DENSE}]`, "u");
  const inWord = new RegExp(`^(?![${DENSE}])[\\p{L}\\p{N}]`, "u");
  const termsOf = (query) => [...new Set(fold(query).match(PIECES))].slice(0, 12).map((text) => ({ text, anywhere: isDense.test(text) }));
  const holds = (folded) => (term) => {
    for (let i = folded.indexOf(term.text); i >= 0; i = folded.indexOf(term.text, i + 1)) {
      if (term.anywhere || i === 0 || !inWord.test(folded[i - 1])) return true;
    }
    return false;
  };

  /* ---- The index. A file that could not be loaded is asked for again by the next search. */
  const asked = new Map();
  const load = (name) => {
    if (!asked.has(name)) {
      const answer = fetch(`${name}.json`).then((got) => (got.ok ? got.json() : Promise.reject(new Error(got.status))));
      answer.catch(() => asked.delete(name));
      asked.set(name, answer);
    }
    return asked.get(name);
  };
  const entry = (address, link, title, kind, day) => ({ address, link, title, kind, day, name: fold(title), text: "", all: "" });
  let parts;
  const open = async () => {
    if (parts) return;
    const titles = await load("titles");
    parts ??= [
      { name: "pages", entries: titles.pages.map(([address, title, kind = "o"]) => entry(address, `../${address}`, title, kind, "")), read: !titles.pages.length },
      ...titles.parts.map(({ name, rows }) => ({
        name,
        entries: rows.map(([address, title, kind = "", day = address.slice(0, 10)]) => entry(address, `../incidents/${address}/`, title, kind, day)),
      })),
    ];
  };
  const read = async (part) => {
    const texts = await load(part.name);
    if (part.read) return;
    for (const one of part.entries) {
      one.text = texts[one.address] || "";
      one.all = `${one.name}\n${fold(one.text)}`;
    }
    part.read = true;
  };

  /* Titles before words, and the newest first in each. Words count up to the first file that is not here yet, so
     that what is on the screen keeps its place while more arrives. */
  const matching = (terms, missed) => {
    const [named, told] = [[], []];
    let reached = true;
    for (const part of parts) {
      const skipped = missed.has(part);
      reached &&= part.read || skipped;
      for (const one of part.entries) {
        if (terms.every(holds(one.name))) named.push(one);
        else if (reached && !skipped && terms.every(holds(one.all))) told.push(one);
      }
    }
    return [...named, ...told];
  };

  /* ---- How a result looks. */
  const make = (tag, name, text = "") => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.textContent = text;
    return element;
  };
  /* Where found words stand in a text: pairs of begin and end. A word is found by its beginning, and marked whole. */
  const places = (text, terms) => [...text.matchAll(PIECES)].flatMap((piece) => {
    const folded = fold(piece[0]);
    const hit = terms.find((term) => (term.anywhere ? folded.includes(term.text) : folded.startsWith(term.text)));
    if (!hit) return [];
    const exact = hit.anywhere && folded.length === piece[0].length;
    const begin = piece.index + (exact ? folded.indexOf(hit.text) : 0);
    return [[begin, begin + (exact ? hit.text : piece[0]).length]];
  });
  const write = (element, text, terms) => {
    let done = 0;
    for (const [begin, end] of places(text, terms)) {
      element.append(text.slice(done, begin), make("mark", "", text.slice(begin, end)));
      done = end;
    }
    element.append(text.slice(done));
  };
  const sentencesOf = (text) => text.split("\n").flatMap((line) => line.match(/.+?(?:[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+|$)/gu) || []).map((sentence) => sentence.trim());
  /* The sentence that holds most of the words, and where that is not all of them, one more with most of the others. */
  const telling = (text, terms) => {
    const sentences = sentencesOf(text);
    const folded = sentences.map(fold);
    const chosen = [];
    let rest = terms;
    while (rest.length && chosen.length < 2) {
      const counts = folded.map((sentence) => rest.filter(holds(sentence)).length);
      const most = Math.max(0, ...counts);
      if (!most) break;
      const best = counts.indexOf(most);
      chosen.push(best);
      rest = rest.filter((term) => !holds(folded[best])(term));
    }
    return chosen.map((i) => sentences[i]).concat(chosen.length ? [] : sentences.slice(0, 1));
  };
  const cut = (text, terms) => {
    if (text.length <= LONGEST) return text;
    const first = places(text, terms)[0]?.[0] || 0;
    const begin = first < LONGEST / 2 ? 0 : text.indexOf(" ", first - LONGEST / 3) + 1;
    const end = text.lastIndexOf(" ", begin + LONGEST);
    const stop = end > first ? end : begin + LONGEST;
    return (begin ? "…" : "") + text.slice(begin, stop) + (stop < text.length ? "…" : "");
  };
  /* The browser scrolls to the sentence and marks it, where it knows how to. */
  const toSentence = (sentence) => {
    const said = sentence.split(" ");
    const quoted = (some) => encodeURIComponent(some.join(" ")).replace(/-/g, "%2D");
    if (said.length > 8) return `#:~:text=${quoted(said.slice(0, 4))},${quoted(said.slice(-4))}`;
    return sentence.length > LONGEST ? "" : `#:~:text=${quoted(said)}`;
  };
  const facts = (one) => {
    const line = make("p", "facts");
    line.append(make("span", "", words.kinds[one.kind]));
    const state = states[one.address];
    if (state) line.append(make("span", "chip", state));
    else if (words.over[one.kind]) line.append(make("span", "", words.over[one.kind]));
    if (one.day) {
      const time = make("time", "", date.format(new Date(one.day)));
      time.dateTime = one.day;
      line.append(time);
    }
    return line;
  };
  const result = (one, terms) => {
    const item = make("li");
    const title = make("p", "title");
    const link = make("a");
    link.href = one.link;
    write(link, one.title, terms);
    title.append(link);
    item.append(title, facts(one));
    return item;
  };
  /* The sentence comes as soon as the words are here, which may be later than the title. */
  const tell = (item, one, terms) => {
    if (!one.text || item.querySelector(".sentence")) return;
    const sentences = telling(one.text, terms);
    const sentence = make("p", "sentence");
    write(sentence, sentences.map((text) => cut(text, terms)).join(" … "), terms);
    item.append(sentence);
    if (!terms.every(holds(one.name))) item.querySelector("a").hash = toSentence(sentences[0]);
  };

  /* ---- One search. A later one takes over from it. */
  let [run, limit, last] = [0, STEP, 0];
  let missed = new Set();
  const keep = () => {
    const query = field.value.trim();
    const address = query ? `?q=${encodeURIComponent(query)}` : location.pathname;
    if (location.search !== address) history.replaceState(null, "", address);
  };
  /* Said a moment later, so that a screen reader hears the end of one's typing and not each letter. */
  const say = (text, wait = 250) => {
    clearTimeout(last);
    last = setTimeout(() => { found.textContent = text; keep(); }, wait);
  };
  const count = (total, whole) => {
    const several = whole ? words.found[plural.select(total)] || words.found.other : words.least;
    const text = several.replace("{0}", total.toLocaleString(tongue));
    if (missed.size) return total ? `${text}. ${words.failed}` : words.failed;
    return total || !whole ? text : words.none;
  };
  const clear = () => {
    list.replaceChildren();
    [list.hidden, more.hidden] = [true, true];
    [limit, missed] = [STEP, new Set()];
  };
  const go = async (fresh) => {
    const mine = ++run;
    const terms = termsOf(field.value);
    page.classList.toggle("active", terms.length > 0);
    if (!terms.length) { clear(); say(""); return; }
    say(words.busy, 600);
    try { await open(); } catch { if (mine === run) { clear(); say(words.failed); } return; }
    if (mine !== run) return;
    if (fresh) clear();
    for (let size = 2; ; size *= 2) {
      const results = matching(terms, missed);
      list.append(...results.slice(list.children.length, limit).map((one) => result(one, terms)));
      list.hidden = !results.length;
      [...list.children].forEach((item, i) => tell(item, results[i], terms));
      const unread = parts.filter((part) => !part.read && !missed.has(part));
      if (results.length >= limit || !unread.length) {
        more.hidden = results.length <= limit && !unread.length;
        say(count(results.length, !unread.length));
        return;
      }
      const batch = unread.slice(0, size);
      const done = await Promise.allSettled(batch.map(read));
      if (mine !== run) return;
      batch.filter((_, i) => done[i].status === "rejected").forEach((part) => missed.add(part));
    }
  };

  /* ---- Hands: typing, Enter and the arrows. */
  let typing = 0;
  field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(go, 80, true); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(typing);
    await go(true);
    keep();
    list.querySelector("a")?.focus();
  });
  more.addEventListener("click", async () => {
    const shown = list.children.length;
    limit += STEP;
    await go(false);
    list.children[shown]?.querySelector("a").focus();
  });
  list.addEventListener("click", keep);
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stops = [field, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Escape: 0 }[event.key];
    if (to === undefined || !stops[to]) return;
    event.preventDefault();
    if (to === at) { field.value = ""; go(true); }
    stops[to].focus();
  });

  form.hidden = false;
  field.value = (new URLSearchParams(location.search).get("q") || "").slice(0, field.maxLength);
  if (field.value) go(true);
  else { field.focus({ preventScroll: true }); open().catch(() => {}); }
})();
