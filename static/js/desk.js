// Comfort for people with a keyboard. Every page works without this file.
import { keepDrafts, forgetDrafts } from "./drafts.js";

document.documentElement.classList.toggle("live", "htmx" in window);

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// "/" goes to the search, other single keys to the link or button that prints them; never while somebody types.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.matches("[data-quick-send]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("[type=radio]")) {
    wanted.click();
    wanted.form.elements.body.focus();
  } else if (wanted.matches("input, textarea")) wanted.focus();
  else wanted.click();
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-forget-drafts]")) forgetDrafts();
  if (form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

keepDrafts();
