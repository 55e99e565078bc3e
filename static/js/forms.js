// A form is sent once, until it is answered; fields with a limit count what is left of it.
addEventListener("submit", (event) => {
  if (!event.target.matches(".htmx-request")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

addEventListener("input", ({ target }) => {
  const count = target.maxLength > 0 && target.closest(".field")?.querySelector(".field__count");
  if (count) count.textContent = `${target.value.length} / ${target.maxLength}`;
});
