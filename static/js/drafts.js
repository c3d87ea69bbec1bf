// Replies survive a closed tab: textareas marked with data-draft are kept in this browser until they are sent.
const PREFIX = "polydesk:draft:";
const WAIT = 400; // milliseconds after the last key

function keep(area) {
  const key = PREFIX + area.dataset.draft;
  const state = area.form.querySelector("[data-draft-state]");
  const say = (words) => { if (state) state.textContent = words; };
  const stored = localStorage.getItem(key);
  if (stored && !area.value.trim()) {
    area.value = stored;
    say("Draft restored");
  }
  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (area.value.trim()) localStorage.setItem(key, area.value);
      else localStorage.removeItem(key);
      say(area.value.trim() ? "Draft kept" : "");
    }, WAIT);
  });
}

const sent = document.querySelector(".message[data-sent]");
for (const area of document.querySelectorAll("textarea[data-draft]")) {
  if (sent) localStorage.removeItem(PREFIX + area.dataset.draft);
  keep(area);
}

// A form that came back with errors after its files were sent.
document.addEventListener("form-back", ({ target }) => {
  for (const area of target.querySelectorAll("textarea[data-draft]")) keep(area);
});

// Logging out leaves none of them behind.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-forget-drafts]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
