// Menus (details.menu) and dialogs close as people expect: by Escape, by pressing outside.
const menus = (but) => document.querySelectorAll("details.menu[open]").forEach((menu) => {
  if (!menu.contains(but)) menu.open = false;
});

addEventListener("click", ({ target }) => {
  menus(target);
  target.closest("[data-closes]")?.closest("dialog").close();
  if (target.matches("dialog")) target.close();
});
addEventListener("click", (event) => {
  const id = event.target.closest("[data-opens]")?.dataset.opens;
  const dialog = id && document.getElementById(id);
  if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
});
addEventListener("focusin", ({ target }) => menus(target));
addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
