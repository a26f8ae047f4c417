/* Buttons that copy an address. Without a clipboard, or without this script, a click still marks the whole address. */
if (navigator.clipboard) {
  for (const button of document.querySelectorAll(".address button")) {
    const said = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = said; }, 2000);
    });
  }
}
