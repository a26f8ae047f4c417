/* Builds the address from what is chosen. Without this script the page lists every address, and the form is not there. */
for (const form of document.querySelectorAll("form.builder")) {
  const { about, kind, form: as } = form.elements;
  const shown = form.querySelector("code");
  const open = form.querySelector(".open");
  const write = (code, text) => code.replaceChildren(...text.split(/(?<=\/)/).flatMap((piece) => [piece, document.createElement("wbr")]).slice(0, -1));
  const show = () => {
    const { without } = about.selectedOptions[0].dataset;
    for (const option of kind.options) option.disabled = option.value === without;
    if (kind.selectedOptions[0].disabled) kind.value = "updates";
    const files = kind.selectedOptions[0].dataset;
    for (const option of as.options) option.hidden = option.disabled = !files[option.value];
    if (as.selectedOptions[0].disabled) as.value = [...as.options].find((option) => !option.disabled).value;
    const address = ((as.value === "ics" && form.dataset.home) || form.dataset.base) + about.value + files[as.value];
    write(shown, address);
    open.hidden = as.value !== "ics";
    open.firstElementChild.href = address.replace(/^https?:/, "webcal:");
    if (!["rss", "atom"].includes(as.value)) return;
    for (const code of document.querySelectorAll("code[data-command]")) write(code, code.dataset.command + address);
  };
  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    getSelection().selectAllChildren(shown);
  });
  show();
}
