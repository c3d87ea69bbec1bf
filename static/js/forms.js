// Forms on top of pages that work without this: sent once, and addresses without empty filters.
document.documentElement.classList.toggle("live", "htmx" in window);

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Filters that say nothing stay out of the address.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") return;
  for (const name of new Set(detail.formData.keys())) if (!detail.formData.get(name)) detail.formData.delete(name);
});

// What htmx could not do is said, not swallowed.
function say(words) {
  const line = document.createElement("p");
  line.className = "message error";
  line.textContent = words;
  document.getElementById("messages").replaceChildren(line);
}
document.addEventListener("htmx:sendError", () => say("The helpdesk cannot be reached. Nothing was saved; try again."));
document.addEventListener("htmx:responseError", ({ detail }) =>
  say(`This did not work (${detail.xhr.status}). Nothing was saved; load the page again.`));
