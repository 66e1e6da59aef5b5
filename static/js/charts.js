/* Weeks of a chart by the arrow keys: the same words as under the pointer. Without a script the table says it. */

for (const walk of document.querySelectorAll(".chart-walk")) {
  const face = walk.closest(".chart-face");
  const weeks = [...face.querySelectorAll(".chart-ticks > span")];
  const says = face.querySelector(".chart-says");

  const mark = (place) => weeks.forEach((week, n) => week.classList.toggle("is-here", n === place));
  const read = () => {
    const place = walk.valueAsNumber - 1;
    walk.setAttribute("aria-valuetext", weeks[place].title); // what a screen reader says of it
    says.textContent = weeks[place].title;
    return place;
  };
  const show = () => {
    mark(read());
    says.hidden = false;
  };

  walk.addEventListener("input", show);
  walk.addEventListener("focus", show);
  walk.addEventListener("blur", () => {
    mark(-1);
    says.hidden = true;
  });
  read();
  walk.hidden = false;
}
