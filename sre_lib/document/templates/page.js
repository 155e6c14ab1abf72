// Draws the charts near the screen first, the others when there is nothing else to do, and all of them before printing.
(() => {
  "use strict";
  const language = document.documentElement.lang;
  const config = {
    responsive: true,
    displaylogo: false,
    displayModeBar: "hover",
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"], ["toImage"]],
    toImageButtonOptions: { format: "png", scale: 2 },
    showSendToCloud: false,
    showEditInChartStudio: false,
    plotlyServerURL: "",
    locale: language,
  };
  const months = Array.from({ length: 12 }, (_, month) => `${month + 1}月`);
  const japanese = {
    moduleType: "locale",
    name: "ja",
    dictionary: {
      "Download plot as a PNG": "PNG で保存",
      "Download plot": "画像で保存",
      Zoom: "拡大",
      Pan: "移動",
      "Reset axes": "元に戻す",
      "Double-click to zoom back out": "ダブルクリックで元に戻す",
    },
    format: {
      days: ["日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"],
      shortDays: ["日", "月", "火", "水", "木", "金", "土"],
      months,
      shortMonths: months,
      date: "%Y/%m/%d",
    },
  };

  function draw(chart) {
    if (chart.dataset.drawn) return;
    chart.dataset.drawn = "yes";
    const figure = JSON.parse(chart.querySelector("script").textContent);
    figure.layout.font = { ...figure.layout.font, family: getComputedStyle(chart).fontFamily };
    Plotly.newPlot(chart.querySelector(".plot"), figure.data, figure.layout, config);
  }

  function drawNearScreen(charts) {
    const watcher = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          watcher.unobserve(entry.target);
          draw(entry.target);
        }
      },
      { rootMargin: "400px" },
    );
    charts.forEach((chart) => watcher.observe(chart));
  }

  function drawWhenIdle(charts) {
    const soon = window.requestIdleCallback || ((work) => setTimeout(work, 200));
    const [next, ...others] = charts;
    if (!next) return;
    soon(() => {
      draw(next);
      drawWhenIdle(others);
    });
  }

  function fitToPaper(charts) {
    for (const chart of charts) {
      draw(chart);
      const plot = chart.querySelector(".plot");
      // At once: what waits for the paper's layout comes too late. A4 landscape has 1032 px between its margins.
      if (plot.clientWidth > 1030) Plotly.relayout(plot, { autosize: false, width: 1030 });
      else Plotly.Plots.resize(plot);
    }
  }

  function fitToScreen(charts) {
    for (const chart of charts) {
      const plot = chart.querySelector(".plot");
      if (plot.layout && !plot.layout.autosize) Plotly.relayout(plot, { autosize: true, width: null });
    }
  }

  function listContents() {
    const headings = document.querySelectorAll("main h2");
    const contents = document.querySelector("nav.contents");
    if (headings.length < 2) return;
    const list = document.createElement("ul");
    headings.forEach((heading, index) => {
      heading.id = heading.id || `section-${index + 1}`;
      const link = document.createElement("a");
      link.href = `#${encodeURIComponent(heading.id)}`;
      link.textContent = heading.textContent;
      list.appendChild(document.createElement("li")).appendChild(link);
    });
    contents.appendChild(list);
    contents.hidden = false;
  }

  listContents();
  const charts = [...document.querySelectorAll(".chart:has(> script)")];
  if (charts.length === 0) return;
  Plotly.register(japanese);
  drawNearScreen(charts);
  window.addEventListener("load", () => drawWhenIdle(charts));
  window.addEventListener("beforeprint", () => fitToPaper(charts));
  window.matchMedia("print").addEventListener("change", (media) => (media.matches ? fitToPaper : fitToScreen)(charts));
  window.addEventListener("afterprint", () => fitToScreen(charts));
})();
