/* What only a browser can know: the reader's own time, how long until, and whether this page has grown old.
   The page is complete without it. After the build only facts of the clock change here: a promise that is
   missed, a maintenance that begins or overruns, a page that is stale. */
(() => {
  "use strict";
  const root = document.documentElement;
  const page = root.lang || "en";
  /* The reader's own variety of the page's language, so that dates look familiar. */
  const language = navigator.languages.find((tongue) => tongue.split("-")[0] === page.split("-")[0]) || (page === "en" ? "en-GB" : page);
  const all = (selector, within = document) => within.querySelectorAll(selector);
  const write = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const words = JSON.parse(document.querySelector("[data-words]")?.dataset.words || "{}");
  const say = (word, value) => (words[word] || "{0}").replace("{0}", value);
  /* Lines break after a dot between two facts, and not within a fact. */
  const whole = (text) => text.replaceAll(" ", "\u00a0").replaceAll("–", "\u2060–\u2060");
  const dotted = (text) => `\u00a0· ${whole(text)}`;
  /* On a page that looks back the clock stands at that instant. */
  const present = () => (words.clock ? new Date(words.clock) : new Date());

  /* ---- The colours of the page. */
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.mdColorScheme || (dark.matches ? "slate" : "default")) === "slate";
  const keep = (scheme) => { try { localStorage.setItem("onrecord-palette", scheme); } catch { /* a private window */ } };
  for (const button of all("[data-md-component=palette]")) {
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.mdColorScheme = isDark() ? "default" : "slate";
      keep(root.dataset.mdColorScheme);
      show();
    });
    dark.addEventListener("change", show);
    show();
  }

  /* ---- Times: the reader's first, UTC beside it. */
  const reader = Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
  const format = (options, zone) => new Intl.DateTimeFormat(language, { ...options, timeZone: zone, numberingSystem: "latn" });
  const comma = ["ar", "fa", "ur"].includes(page.split("-")[0]) ? "، " : ", ";
  const clock = format({ hour: /^h1/.test(reader.hourCycle) ? "numeric" : "2-digit", minute: "2-digit", hourCycle: reader.hourCycle }, reader.timeZone);
  const full = format({ dateStyle: "full", timeStyle: "long", hourCycle: reader.hourCycle }, reader.timeZone);
  const utcClock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "UTC");
  const utcDay = format({ day: "numeric", month: "short" }, "UTC");
  const nearby = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const number = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 864e5;

  const day = (date) => {
    const now = new Date();
    const away = number(date) - number(now);
    if (Math.abs(away) <= 1) return nearby.format(away, "day");
    const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
    return format({ day: "numeric", month: "short", year }, reader.timeZone).format(date);
  };
  const isUtc = (date) => date.getTimezoneOffset() === 0;
  const inUtc = (date) => {
    const other = date.getUTCDate() === date.getDate() ? "" : utcDay.format(date) + comma;
    return `${other}${utcClock.format(date)}`;
  };
  const beside = (element, text) => {
    const [span, dot] = ["utc", "dot"].map((name) => Object.assign(document.createElement("span"), { className: name }));
    dot.textContent = "·";
    span.append(dot, " ", whole(`${text} UTC`));
    element.append("\u00a0", span);
  };
  const zone = (date) => format({ timeZoneName: "short" }, reader.timeZone).formatToParts(date).find(({ type }) => type === "timeZoneName").value;
  let named;
  const local = (element, date, withDay = true, withUtc = true) => {
    const time = isUtc(date) ? utcClock.format(date) : clock.format(date);
    const near = Math.abs(number(date) - number(new Date())) <= 1;
    /* The first time of a page names the reader's zone. */
    const suffix = isUtc(date) ? withUtc && " UTC" : withUtc && !named && ` ${(named = zone(date))}`;
    element.textContent = whole((withDay ? day(date) + (near ? " " : comma) : "") + time) + (suffix || "");
    element.title = full.format(date);
    if (withUtc && !isUtc(date)) beside(element, inUtc(date));
  };
  const read = (element) => new Date(element.dateTime);
  const showTimes = () => {
    named = "";
    for (const stretch of all(".onrecord .stretch")) {
      const [first, last] = all("time", stretch);
      const [begin, end] = [read(first), read(last)];
      const sameDay = number(begin) === number(end);
      local(first, begin, true, false);
      local(last, end, !sameDay, isUtc(end));
      for (const old of all(":scope > .utc", stretch)) { old.previousSibling.remove(); old.remove(); }
      if (!isUtc(end)) beside(stretch, `${inUtc(begin)}–${inUtc(end)}`);
    }
    for (const element of all(".onrecord time")) {
      if (!element.dateTime.includes("T") || element.closest(".stretch")) continue;
      const date = read(element);
      const today = number(date) === number(new Date());
      local(element, date, !(today && element.closest(".promise")), !element.closest(".plan, .once"));
    }
  };

  /* ---- Durations, as the page writes them: 12 min, 1 h 5 min, 3 d 4 h. */
  const span = (milliseconds) => {
    const total = Math.floor(Math.abs(milliseconds) / 6e4);
    const [days, hours, minutes] = [Math.floor(total / 1440), Math.floor(total / 60) % 24, total % 60];
    const parts = days ? [["days", days], ["hours", hours]] : [["hours", hours], ["minutes", minutes]];
    return whole(parts.filter(([, n]) => n).map(([unit, n]) => say(unit, n)).join(" ") || say("minutes", 0));
  };

  /* ---- Facts of the clock. */
  const promise = (element, now) => {
    const left = new Date(element.dataset.due) - now;
    const late = left < 0;
    const also = element.matches(".also");
    element.classList.toggle("late", late);
    if (also) element.hidden = !late;
    if (late) write(element.querySelector(".said"), words.promised);
    const text = late ? say(also ? "over" : "late", span(left)) : say("in", span(left + 59999));
    write(element.querySelector(".left"), late && !also ? `: ${text}` : dotted(text));
  };
  const begin = (record) => {
    record.querySelector(".while")?.remove();
    for (const row of all("[data-parts]", record)) {
      const state = row.querySelector(".state");
      for (const id of row.dataset.parts.split(" ")) {
        const part = document.getElementById(`part-${id}`);
        for (const holder of [part, part?.closest(".group")]) {
          holder?.querySelector(":scope > .state.ok, :scope > summary > .state.ok")?.replaceWith(state.cloneNode(true));
        }
      }
    }
    // The page of a part has a banner of its own, whose state is the part's: there the record's own line says that work has begun.
    const banner = document.querySelector(".banner.ok");
    const title = banner?.querySelector("h1");
    if (!title) return;
    banner.classList.replace("ok", "planned");
    title.classList.replace("ok", "planned");
    write(title, words.maintenance);
    banner.querySelector(".next")?.remove();
  };
  const maintenance = (record, now) => {
    const chip = record.querySelector(".chip");
    if (now >= new Date(record.dataset.ends)) {
      write(chip, words.overrun);
    } else if (now >= new Date(record.dataset.begins) && record.dataset.phase === "upcoming") {
      write(chip, words.begun);
    } else {
      return;
    }
    if (record.dataset.phase === "upcoming") begin(record);
    record.dataset.phase = "active";
  };
  const stale = (page, now) => {
    const note = page.querySelector(".stale");
    if (!note.hidden || now < new Date(page.dataset.validUntil)) return;
    note.hidden = false;
    write(note, say("stale", span(now - new Date(page.dataset.made))));
  };

  let shown = "";
  const tick = () => {
    const now = present();
    const today = new Date().toDateString();
    if (shown !== today) showTimes();
    shown = today;
    for (const element of all(".promise[data-due]")) promise(element, now);
    for (const element of all("[data-since]")) write(element, dotted(say("for", span(now - new Date(element.dataset.since)))));
    for (const element of all("[data-ago]")) write(element, dotted(say("ago", span(now - new Date(element.dataset.ago)))));
    for (const record of all("[data-begins]")) maintenance(record, now);
    for (const page of all("[data-valid-until]")) stale(page, now);
  };
  const whenSeen = () => { if (!document.hidden) tick(); };
  tick();
  if (words.in) setInterval(whenSeen, 1000);
  document.addEventListener("visibilitychange", whenSeen);

  /* ---- While something is open, the page stays fresh: a small file, asked for once a minute at most and only while
     the page is seen, says when there is more to read. What is new takes the place of what was there, and nothing moves. */
  const minute = 6e4;
  const heard = Object.assign(document.createElement("p"), { className: "vh" });
  const holder = (within = document) => within.querySelector("main [data-version]");
  const folds = (within) => {
    const found = new Map();
    for (const fold of all("details", within)) {
      const id = fold.closest("[id]")?.id;
      let n = 0;
      while (found.has(`${id} ${n}`)) n += 1;
      found.set(`${id} ${n}`, fold);
    }
    return found;
  };
  const ask = (address) => fetch(address, { cache: "no-cache" }).then((answer) => (answer.ok ? answer : Promise.reject(answer.status)));
  /* The tab of a record that is open says how it stands, in words and by its icon. */
  const icon = /assets\/onrecord\/favicon\.svg$/;
  const tab = (page) => {
    const chip = page.querySelector(".chip");
    if (chip) document.title = `${chip.textContent}: ${document.title}`;
    const link = document.querySelector("link[rel=icon]");
    link.href = link.getAttribute("href").replace(icon, `assets/onrecord/state-${page.dataset.icon || "none"}.svg`);
  };
  const swap = async () => {
    const next = new DOMParser().parseFromString(await (await ask(location.pathname)).text(), "text/html");
    const [old, fresh] = [document, next].map((within) => within.querySelector("main .onrecord"));
    if (!fresh || old.dataset.version === fresh.dataset.version) return;
    const before = folds(old);
    for (const [name, fold] of folds(fresh)) if (before.has(name)) fold.open = before.get(name).open;
    const seen = [...all("[id]", old)].find((element) => element.getBoundingClientRect().bottom > 0 && next.getElementById(element.id));
    const top = seen?.getBoundingClientRect().top;
    const focused = old.contains(document.activeElement) && (document.activeElement.id || document.activeElement.getAttribute("href"));
    /* The style that this page came with stays: its policy vouches for no other. */
    const style = (within) => within.querySelector("svg > style")?.parentNode;
    style(fresh)?.replaceWith(...[style(old)].filter(Boolean));
    old.replaceWith(fresh);
    if (seen && scrollY) scrollBy(0, document.getElementById(seen.id).getBoundingClientRect().top - top);
    if (focused) [...all("[id], a", fresh)].find((element) => [element.id, element.getAttribute("href")].includes(focused))?.focus({ preventScroll: true });
    document.title = next.title;
    document.querySelector("link[rel=icon]").href = next.querySelector("link[rel=icon]").getAttribute("href");
    if (old.dataset.record) tab(fresh);
    if (next.documentElement.dataset.state) root.dataset.state = next.documentElement.dataset.state;
    shown = "";
    tick();
    write(heard, say("news", [...all("h1, .update h3", fresh)].slice(0, 2).map((line) => line.textContent.trim().replace(/\s+/g, " ")).join(", ")));
  };
  let wait = minute;
  let asked = Date.now();
  const poll = async () => {
    const page = holder();
    if (!page || document.hidden || Date.now() - asked < minute) return;
    asked = Date.now();
    try {
      const now = await (await ask(page.dataset.now)).json();
      const { record, version } = page.dataset;
      if ((record ? now.open[record] : now.version) !== version) await swap();
      wait = minute;
    } catch { wait = Math.min(wait * 2, 16 * minute); }
  };
  const again = () => setTimeout(() => poll().finally(again), wait * (1 + Math.random() / 2));
  if (holder()) {
    heard.setAttribute("role", "status");
    document.body.append(heard);
    if (holder().dataset.record) tab(holder());
    again();
    document.addEventListener("visibilitychange", poll);
  }

  /* Paper has no folds: what is folded is opened for printing, and folded again. */
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...all(".onrecord :is(.card details, .group, .edit, .ledger details):not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
})();
