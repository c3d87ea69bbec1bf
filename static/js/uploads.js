// Files on top of a plain file field: dropped, pasted, chosen in turns, seen, removed, and sent with progress and cancel.
const MOST_FILES = 10;
const MOST_BYTES = 30 * 1024 * 1024;
const DRAWN = 12 * 1024 * 1024; // bytes of a picture that is drawn small beside its name

const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
const total = (files) => files.reduce((sum, file) => sum + file.size, 0);
const count = (files) => `${files.length} ${files.length === 1 ? "file" : "files"}, ${size(total(files))}`;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function draw(canvas, file) {
  try {
    const picture = await createImageBitmap(file, { resizeHeight: 64, resizeQuality: "medium" });
    canvas.width = Math.min(picture.width, 128);
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
  } catch {
    canvas.remove(); // no picture after all
  }
}

class Files {
  constructor(input, files = []) {
    this.input = input;
    this.form = input.form;
    this.files = [];
    this.list = element("ul", { ariaLabel: "About to be sent" });
    this.sum = element("p", { className: "soft", role: "status" });
    this.cancel = element("button", { type: "button", className: "button", textContent: "Cancel sending", hidden: true });
    this.panel = element("div", { className: "picked", hidden: true }, this.list, element("div", { className: "sum" }, this.sum, this.cancel));
    const actions = this.form.querySelector(".act");
    if (actions) actions.before(this.panel);
    else input.after(this.panel);
    document.getElementById(input.getAttribute("aria-describedby"))?.append(" You can drop or paste them here, too.");
    this.listen();
    this.add(files);
  }

  listen() {
    const { form, input } = this;
    const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
    input.addEventListener("change", () => this.add(input.files));
    form.addEventListener("dragover", (event) => {
      if (!holdsFiles(event) || this.request) return;
      event.preventDefault();
      form.classList.add("dropping");
    });
    for (const ending of ["dragleave", "drop"]) form.addEventListener(ending, () => form.classList.remove("dropping"));
    form.addEventListener("drop", (event) => {
      if (!holdsFiles(event) || this.request) return;
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    form.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || event.clipboardData.getData("text/plain")) return;
      event.preventDefault();
      this.add(files.map((file) => new File([file], this.pastedName(file), { type: file.type })));
    });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !this.files.length) return;
      event.preventDefault();
      if (!this.request) this.send(event.submitter);
    });
    this.cancel.addEventListener("click", () => this.request?.abort());
  }

  pastedName({ type }) {
    const taken = this.files.filter(({ name }) => name.startsWith("pasted")).length;
    return `pasted-${taken + 1}.${type.split("/")[1]?.replace("jpeg", "jpg") ?? "bin"}`;
  }

  add(files) {
    const news = [...files].filter((file) => !this.files.includes(file));
    this.files.push(...news);
    this.show();
    if (news.length) this.say(`${news.length === 1 ? news[0].name : `${news.length} files`} added. In all ${count(this.files)}.`);
  }

  remove(place) {
    const [gone] = this.files.splice(place, 1);
    this.show();
    const next = this.list.children[Math.min(place, this.files.length - 1)];
    (next?.querySelector("button") ?? this.input).focus();
    this.say(this.files.length ? `${gone.name} removed. In all ${count(this.files)}.` : `${gone.name} removed.`);
  }

  show() {
    const chosen = new DataTransfer();
    for (const file of this.files) chosen.items.add(file);
    this.input.files = chosen.files;
    this.list.replaceChildren(...this.files.map((file, place) => this.line(file, place)));
    this.panel.hidden = !this.files.length;
    const large = this.files.find((file) => file.size > MOST_BYTES);
    let wrong = "";
    if (large) wrong = `${large.name} is larger than 30 MB. Remove it first.`;
    else if (this.files.length > MOST_FILES) wrong = `At most ${MOST_FILES} files can be sent at once. Remove some first.`;
    this.input.setCustomValidity(wrong);
  }

  line(file, place) {
    const name = element("span", { className: "clip", textContent: file.name });
    const much = element("small", { textContent: file.size > MOST_BYTES ? `${size(file.size)}: more than 30 MB` : size(file.size) });
    const remove = element("button", { type: "button", className: "button plain square", ariaLabel: `Remove ${file.name}`, textContent: "×" });
    remove.addEventListener("click", () => this.remove(place));
    const line = element("li", { className: file.size > MOST_BYTES ? "bad" : "" }, name, much, remove);
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.type) && file.size <= DRAWN) {
      const canvas = element("canvas", { width: 1, height: 1, ariaHidden: "true" });
      line.prepend(canvas);
      draw(canvas, file);
    }
    return line;
  }

  say(words) {
    this.sum.textContent = words;
  }

  send(submitter) {
    const body = new FormData(this.form, submitter);
    const request = (this.request = new XMLHttpRequest());
    const bars = this.files.map((file, place) => {
      const bar = element("progress", { max: file.size || 1, value: 0, ariaLabel: `${file.name} sent` });
      this.list.children[place].append(bar);
      return bar;
    });
    this.busy(true);
    let said = -1;
    request.upload.addEventListener("progress", ({ loaded, total: whole }) => {
      let left = loaded;
      this.files.forEach((file, place) => {
        bars[place].value = Math.min(left, file.size || 1);
        left = Math.max(0, left - file.size);
      });
      const quarter = Math.floor((4 * loaded) / whole);
      if (quarter === said) return;
      said = quarter;
      this.say(quarter < 4 ? `Sending ${count(this.files)}: ${quarter * 25} %` : "Sent. The helpdesk is looking at your files …");
    });
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("abort", () => this.stopped("Cancelled. Nothing was sent."));
    request.addEventListener("error", () => this.stopped("The connection broke. Nothing was sent; try again."));
    request.open("POST", this.form.action);
    request.setRequestHeader("X-Upload", "1");
    request.send(body);
  }

  answered(request) {
    if (request.status === 201) {
      history.replaceState(null, "", request.getResponseHeader("Location"));
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const back = request.status === 422 && page.querySelector(`form[action="${this.form.getAttribute("action")}"][enctype]`);
    if (!back) {
      this.stopped(`This did not work (${request.status}). Nothing was sent.`);
      return;
    }
    for (const line of back.querySelectorAll("[data-lost]")) line.remove();
    this.form.replaceWith(back);
    new Files(back.querySelector("[data-upload]"), this.files);
    globalThis.htmx?.process(back);
    back.dispatchEvent(new CustomEvent("form-back", { bubbles: true }));
    back.querySelector("[aria-invalid='true']")?.focus();
  }

  stopped(words) {
    this.request = null;
    this.busy(false);
    this.show();
    this.say(words);
  }

  busy(is) {
    this.cancel.hidden = !is;
    this.form.toggleAttribute("aria-busy", is);
    for (const button of this.form.querySelectorAll("button")) if (button !== this.cancel) button.disabled = is;
    if (is) this.cancel.focus();
  }
}

for (const input of document.querySelectorAll("input[data-upload]")) new Files(input);
