// A link with data-shares (a title) is handed to the device's own sharing, else copied; data-shared is the word that says so.
addEventListener("click", async (event) => {
  const link = event.target.closest("[data-shares]");
  if (!link) return;
  event.preventDefault();
  const { href: url, dataset: { shares: title, shared } } = link;
  try {
    if (navigator.share) return await navigator.share({ title, url });
    await navigator.clipboard.writeText(url);
    link.lastElementChild.textContent = document.getElementById("announcer").textContent = shared;
  } catch { /* closed without sharing */ }
});
