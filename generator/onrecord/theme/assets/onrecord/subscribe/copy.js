/* Buttons that copy an address, and say that they did. Without a clipboard, or without this script, a click still marks the whole address. */
if (navigator.clipboard) {
  const told = document.createElement("p");
  told.className = "vh";
  told.setAttribute("role", "status");
  document.querySelector(".onrecord").append(told);
  for (const button of document.querySelectorAll(".address button")) {
    const said = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = told.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = said; told.textContent = ""; }, 2000);
    });
  }
}
