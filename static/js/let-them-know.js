/* A note that is sent by its writer: the mail link follows what is typed; sharing and copying where there are. */

const form = document.querySelector("form[data-note]");
const note = form?.querySelector("textarea");

if (note) {
  const mail = document.querySelector("[data-note-mail]");
  const share = document.querySelector("[data-note-share]");
  const copy = document.querySelector("[data-note-copy]");
  const said = document.querySelector("[data-note-said]");
  const { subject } = form.dataset;

  const follow = () => {
    mail.href = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(note.value)}`;
  };
  note.addEventListener("input", follow);
  follow();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-without-script]").hidden = true;

  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", async () => {
      try {
        await navigator.share({ title: subject, text: note.value });
      } catch (reason) {
        if (reason.name !== "AbortError") share.hidden = true;
      }
    });
  }
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(note.value);
        copy.textContent = copy.dataset.done;
        said.textContent = copy.dataset.done;
      } catch {
        note.focus();
        note.select();
      }
    });
  }
}
