// Folds what the expert saw behind a button that keys open too, and scores the drill; nothing is kept or sent.
(() => {
  "use strict";
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  function resize(within) {
    for (const plot of within.querySelectorAll(".js-plotly-plot")) Plotly.Plots.resize(plot);
  }

  function fold(mark) {
    const place = mark.closest(".output");
    const folded = make("details", { className: "lesson-folded" });
    folded.append(make("summary", { textContent: mark.dataset.label }));
    let next = place.nextElementSibling;
    while (next && !next.querySelector(".lesson")) {
      const following = next.nextElementSibling;
      folded.append(next);
      next = following;
    }
    folded.addEventListener("toggle", () => resize(folded));
    place.replaceWith(folded);
  }

  function drill(root) {
    const cases = [...document.querySelectorAll(".drill-case")];
    const score = root.querySelector(".drill-score");
    let points = 0;
    let done = 0;

    function told() {
      return root.dataset.score.replace("{points}", points).replace("{done}", done);
    }

    // The moment that the expert saw, in the graph that was asked about.
    function shade(plot, shades) {
      if (plot.layout && shades.length) Plotly.relayout(plot, { shapes: [...(plot.layout.shapes || []), ...shades] });
    }

    function judged(day, right) {
      if (day === "") return right.length ? [0, root.dataset.missed] : [1, root.dataset.right];
      return right.includes(day) ? [1, root.dataset.right] : [-1, root.dataset.ghost];
    }

    function ask(one) {
      const right = one.dataset.right.split(",").filter(Boolean);
      const days = [...one.querySelectorAll("li")].map((each) => [each.dataset.day, each.textContent]);
      const form = make("fieldset", { className: "drill-answers" });
      form.append(make("legend", { textContent: one.dataset.legend }));
      const verdict = make("p", { className: "drill-verdict" });
      const chart = one.closest(".output").nextElementSibling;
      verdict.setAttribute("role", "status");
      for (const [day, label] of [...days, ["", one.dataset.nothing]]) {
        const button = make("button", { type: "button", textContent: label });
        button.addEventListener("click", () => {
          const [worth, said] = judged(day, right);
          points += worth;
          done += 1;
          button.setAttribute("aria-pressed", "true");
          for (const other of form.querySelectorAll("button")) other.disabled = true;
          verdict.textContent = `${said} ${one.dataset.told || root.dataset.usual} ${told()}`;
          score.textContent = told();
          shade(chart.querySelector(".plot"), JSON.parse(one.dataset.shades));
        });
        form.append(button);
      }
      one.querySelector("ul").remove();
      chart.after(form);
      form.after(verdict);
    }

    cases.forEach(ask);
    const last = document.querySelectorAll(".drill-verdict")[cases.length - 1];
    if (last) last.after(score);
    score.textContent = told();
  }

  document.querySelectorAll(".lesson-reveal").forEach(fold);
  const root = document.querySelector(".drill");
  if (root) drill(root);
})();
