/* The banner in the owner's own product: shown only while something is open that concerns the parts asked for.
   <script src="https://status.example.com/widget.js" data-components="checkout api" async></script>
   No cookie, nothing kept, no style that a policy would refuse; where the page cannot be reached it says nothing. */
(() => {
  "use strict";
  const script = document.currentScript;
  const base = new URL(".", script.src).href;
  const wanted = (script.dataset.components || "").split(/[\s,]+/).filter(Boolean);
  const ink = { major: "#ad1b29", partial: "#a24300", degraded: "#7d5100", planned: "#2a5aa0" };
  const every = 12e4;
  const closed = new Set();
  let bar;
  const make = (tag, style, more) => {
    const element = Object.assign(document.createElement(tag), more);
    Object.assign(element.style, style);
    return element;
  };
  const link = { color: "inherit", textDecoration: "underline", fontWeight: "600" };
  const say = ({ open, text }) => {
    const tongue = Object.keys(text).find((name) => navigator.languages.some((own) => own.split("-")[0] === name.split("-")[0])) || Object.keys(text)[0];
    const words = text[tongue];
    const { folder = "", said = {} } = words;
    const shown = open.filter(({ id, components }) => !closed.has(id) && (!wanted.length || components.some((part) => wanted.includes(part))));
    const key = JSON.stringify(shown);
    if (bar?.dataset.key === key) return;
    bar?.replaceChildren();
    if (!shown.length) { bar?.remove(); bar = undefined; return; }
    if (!bar) {
      bar = make("div", { font: "15px/1.5 system-ui, sans-serif", color: "#fff", padding: ".6rem 1rem", display: "flex", gap: ".25rem 1rem", alignItems: "baseline", flexWrap: "wrap" });
      bar.setAttribute("role", "status");
      (document.querySelector(script.dataset.target || "body") || document.body).prepend(bar);
    }
    bar.dataset.key = key;
    bar.lang = tongue;
    bar.dir = words.dir || "";
    bar.style.background = ink[shown[0].state] || "#3c434d";
    const lines = make("div", { flex: "1 1 18rem" });
    for (const { id, next, ...own } of shown.slice(0, 3)) {
      const line = make("div");
      const { title, says } = said[id] || own;
      line.append(`${says}: `, make("a", link, { textContent: title, href: `${base}${folder}incidents/${id}/`, target: "_blank", rel: "noopener" }));
      const due = next && new Date(next);
      if (due > Date.now()) line.append(` · ${words.next.replace("{0}", due.toLocaleTimeString(tongue, { hour: "2-digit", minute: "2-digit" }))}`);
      lines.append(line);
    }
    if (shown.length > 3) lines.append(make("a", link, { textContent: `+${shown.length - 3}`, href: base + folder }));
    const close = make("button", { font: "inherit", color: "inherit", background: "none", border: "1px solid", borderRadius: "4px", padding: "0 .6em", minHeight: "24px", cursor: "pointer" }, { type: "button", textContent: words.close });
    close.addEventListener("click", () => { shown.forEach(({ id }) => closed.add(id)); bar.remove(); bar = undefined; });
    bar.append(lines, close);
  };
  const ask = () => fetch(`${base}widget.json`, { credentials: "omit", referrerPolicy: "no-referrer" }).then((answer) => (answer.ok ? answer.json() : Promise.reject())).then(say);
  const go = () => { if (!document.hidden) ask().catch(() => {}); setTimeout(go, every * (1 + Math.random() / 2)); };
  go();
})();
